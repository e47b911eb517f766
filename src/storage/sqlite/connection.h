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

/// The progress of a checkpoint: the pages in the write-ahead log, and how many of them were copied to the
/// database file.
struct WalState {
  int pages = 0;
  int copied = 0;
};

class SqliteConnection final : public SqlConnection {
 public:
  /// A read_only connection rejects statements that write. An `at_rest` connection does, too, takes no
  /// lock and creates no file. Requires: nothing writes to that file. A copy_target is a file that only the
  /// caller uses until it is complete and synced: it has no log.
  enum class Access { read_write, read_only, at_rest, copy_target };

  /// Opens an existing file, which may be empty. Errors: unavailable when it cannot be opened, internal
  /// when it is not a database.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file,
                                                        Access access);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override;
  Result<void> run_script(const std::string& script) override;

  /// run() for a statement without parameters and rows.
  Result<void> run(SqlStatement statement);

  /// False when SQLite has rolled back by itself, as it does after some disk errors.
  bool in_transaction() const;

  /// The first failure of a statement since the last call.
  std::optional<Error> take_failure();

  /// Copies from the log to the file what can be copied without blocking other connections. Returns negative
  /// numbers when another connection does the same.
  Result<WalState> checkpoint();

  /// Copies every page to `target`, an empty database that only the caller uses, as of the transaction
  /// that is open here. Concurrent writers are neither blocked nor seen. `on_pages` receives the number of
  /// pages that are done, and of all pages. Errors: unavailable when the disk is full.
  using OnPages = std::function<void(std::int64_t done, std::int64_t total)>;
  Result<void> copy_pages(SqliteConnection& target, const OnPages& on_pages);

  /// The number of pages in the log after this connection's last commit.
  int wal_pages() const { return wal_pages_; }

 private:
  struct Prepared {
    sqlite3_stmt* handle = nullptr;
    /// For each parameter in SQLite's order, its index in `parameters` of run().
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

/// `error` of a connection to `file`, with a message that names the file.
tl::unexpected<Error> cannot_use(const std::filesystem::path& file, Error error);

}  // namespace ptkl::storage
