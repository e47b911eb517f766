// One connection to a SQLite file, with its prepared statements.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/sql/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ptkl::storage {

inline constexpr SqlStatement kBegin{"BEGIN"};
inline constexpr SqlStatement kCommit{"COMMIT"};

/// How far a checkpoint came: pages in the write-ahead log, and how many of them are in the
/// database file too.
struct WalState {
  int pages = 0;
  int copied = 0;
};

class SqliteConnection final : public SqlConnection {
 public:
  /// A read_only connection refuses statements that write. One to what is `at_rest` does too, takes
  /// no lock and makes no file: for a file that nobody writes to. A copy_target is a file of the
  /// caller's alone, which is of no use to anybody before it is whole and synced: it keeps no log.
  enum class Access { read_write, read_only, at_rest, copy_target };

  /// Opens an existing file, which may be empty. Fails with unavailable when it cannot be opened
  /// and with internal when it holds something else than a database.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file,
                                                        Access access);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override;
  Result<void> run_script(const std::string& script) override;

  /// run() of what has neither parameters nor rows.
  Result<void> run(SqlStatement statement);

  /// False when SQLite has rolled back by itself, as it does on some errors of the disk.
  bool in_transaction() const;

  /// The first failure of a statement since the last call.
  std::optional<Error> take_failure();

  /// Copies what can be copied from the log to the file without holding anybody up.
  Result<WalState> checkpoint();

  /// Copies every page to `target`, an empty database of the caller's alone, as of the transaction that
  /// is open here: whoever writes meanwhile is neither held up nor seen. `on_pages` gets how many are
  /// done, and of how many. Fails with unavailable when the disk is full.
  using OnPages = std::function<void(std::int64_t done, std::int64_t total)>;
  Result<void> copy_pages(SqliteConnection& target, const OnPages& on_pages);

  /// How many pages the log had after this connection's last commit.
  int wal_pages() const { return wal_pages_; }

 private:
  struct Prepared {
    sqlite3_stmt* handle = nullptr;
    /// For each parameter in the order of SQLite's numbers, which of ours it is, from 0.
    std::vector<std::size_t> parameter_of;
  };

  SqliteConnection(sqlite3* handle, Access access);
  Result<void> configure();
  Result<void> use_log();
  Result<std::int64_t> run_statement(SqlStatement statement,
                                     std::span<const SqlParameter> parameters, const OnRow& on_row);
  Result<const Prepared*> prepare(SqlStatement statement);
  Result<void> bind(const Prepared& prepared, std::span<const SqlParameter> parameters);
  tl::unexpected<Error> last_failure() const;

  sqlite3* handle_;
  Access access_;
  std::unordered_map<const char*, Prepared> statements_;
  std::optional<Error> first_failure_;
  int wal_pages_ = 0;
};

/// The error of a connection to `file`, with a message that names the file.
tl::unexpected<Error> cannot_use(const std::filesystem::path& file, Error error);

}  // namespace ptkl::storage
