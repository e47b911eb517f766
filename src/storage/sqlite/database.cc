#include "storage/sqlite/database.h"

#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "base/system_failure.h"
#include "base/temporary_folder.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/readers.h"
#include "storage/sqlite/writer.h"

namespace ptkl::storage {
namespace {

using Access = SqliteConnection::Access;

/// Creates the file if it does not exist, and makes it accessible to its owner only. SQLite gives its other
/// files the same mode.
Result<void> prepare_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0)
    return system_failure(ErrorCode::unavailable, "cannot open the database", file);
  const bool ours = ::fchmod(descriptor, S_IRUSR | S_IWUSR) == 0;
  auto refusal =
      system_failure(ErrorCode::unavailable, "cannot set the mode of the database", file);
  ::close(descriptor);
  if (!ours) return refusal;
  return {};
}

/// Device and inode of the file; absent when it does not exist.
std::optional<std::pair<dev_t, ino_t>> identity_of(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

/// Makes the names of new files in `folder` survive a power failure.
Result<void> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return system_failure(ErrorCode::unavailable, "cannot open the folder", folder);
  const bool synced = ::fsync(descriptor) == 0;
  auto refusal = system_failure(ErrorCode::unavailable, "cannot sync the folder", folder);
  ::close(descriptor);
  if (!synced) return refusal;
  return {};
}

/// In memory if the system has a file system there.
Result<TemporaryFolder> create_folder() {
  std::error_code ignored;
  const std::filesystem::path memory = "/dev/shm";
  return TemporaryFolder::create(std::filesystem::is_directory(memory, ignored)
                                     ? memory
                                     : std::filesystem::temp_directory_path(ignored),
                                 "ptkl-");
}

constexpr SqlStatement kSqliteColumnList{
    "SELECT thing.name, part.name, UPPER(part.type), part.pk FROM sqlite_schema AS thing"
    " JOIN pragma_table_info(thing.name) AS part WHERE thing.type = 'table'"
    " ORDER BY thing.name, part.pk = 0, part.pk, part.cid"};

/// Members are destroyed in reverse order: the writer finishes its queue while the others still exist.
class SqliteDatabase final : public SqlDatabase {
 public:
  struct Connections {
    std::unique_ptr<SqliteConnection> writer;
    std::unique_ptr<SqliteConnection> checkpointer;
  };

  SqliteDatabase(const std::filesystem::path& file, Connections connections, Logger& log)
      : readers_(file, log),
        checkpointer_(std::move(connections.checkpointer), log),
        writer_(std::move(connections.writer), checkpointer_, log) {}

  Result<void> transact(const Body& body) override { return writer_.transact(body); }
  Result<void> read(const Body& body) override { return readers_.read(body); }
  SqlStatement column_list() const override { return kSqliteColumnList; }

  void keep(TemporaryFolder folder) { folder_.emplace(std::move(folder)); }

 private:
  std::optional<TemporaryFolder> folder_;
  SqliteReaders readers_;
  SqliteCheckpointer checkpointer_;
  SqliteWriter writer_;
};

Result<std::unique_ptr<SqliteDatabase>> open(const std::filesystem::path& file, Logger& log) {
  auto prepared = prepare_file(file);
  if (!prepared) return failed(prepared);
  const auto prepared_file = identity_of(file);
  auto writer = SqliteConnection::open(file, Access::read_write);
  if (!writer) return cannot_use(file, std::move(writer.error()));
  auto checkpointer = SqliteConnection::open(file, Access::read_write);
  if (!checkpointer) return cannot_use(file, std::move(checkpointer.error()));
  // A process that replaces the file holds a lock, for which the first connection has waited.
  if (identity_of(file) != prepared_file) {
    return failure(ErrorCode::unavailable,
                   fmt::format("{} was replaced while it was opened", file.string()));
  }
  // By now the log file exists, too.
  auto synced = sync_folder(std::filesystem::absolute(file).parent_path());
  if (!synced) return failed(synced);
  return std::make_unique<SqliteDatabase>(
      file, SqliteDatabase::Connections{std::move(*writer), std::move(*checkpointer)}, log);
}

}  // namespace

Result<std::unique_ptr<SqlDatabase>> open_sqlite(const std::filesystem::path& file, Logger& log) {
  return open(file, log);
}

Result<std::unique_ptr<SqlDatabase>> open_sqlite_in_memory(Logger& log) {
  auto folder = create_folder();
  if (!folder) return failed(folder);
  auto database = open(folder->path() / "ptkl.db", log);
  if (!database) return failed(database);
  (*database)->keep(std::move(*folder));
  return std::move(*database);
}

}  // namespace ptkl::storage
