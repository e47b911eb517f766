#include "server/database/restore.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "app/audit/verification.h"
#include "base/descriptor.h"
#include "base/system_failure.h"
#include "base/temporary_folder.h"
#include "process/files.h"
#include "process/interrupt.h"
#include "process/private_file.h"
#include "server/database/services.h"
#include "server/database/staging_folder.h"
#include "storage/sql/schema.h"
#include "storage/sqlite/backup.h"
#include "storage/sqlite/file_lock.h"

namespace ptkl::server {
namespace fs = std::filesystem;
namespace {

/// not_found when the file does not exist, otherwise internal.
tl::unexpected<Error> file_failure(std::string_view what, const fs::path& path) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::internal;
  return system_failure(code, what, path);
}

tl::unexpected<Error> about(const fs::path& file, const Error& error) {
  return failure(error.code, "cannot restore " + file.string() + ": " + error.message);
}

/// Checks before the copy that the file is a whole SQLite database.
Result<void> check_beginning(int fd, const fs::path& file) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::array<char, kMagic.size()> beginning{};
  const ssize_t size = ::pread(fd, beginning.data(), beginning.size(), 0);
  if (size < 0) return file_failure("cannot read", file);
  if (std::string_view(beginning.data(), static_cast<std::size_t>(size)) != kMagic) {
    return failure(ErrorCode::invalid_argument, file.string() + " is not a backup of ptkld");
  }
  std::error_code ignored;
  if (const fs::path log = file.string() + "-wal";
      process::entry_exists(log) && !fs::is_empty(log, ignored)) {
    return failure(ErrorCode::invalid_argument,
                   file.string() + " is a live database: its log " + log.string() +
                       " exists; create a backup of it with `ptkld backup`");
  }
  return {};
}

Result<void> write_all(int fd, std::string_view piece, const fs::path& file) {
  while (!piece.empty()) {
    const ssize_t written = ::write(fd, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure("cannot write", file);
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// Requires: `to` does not exist.
Result<void> copy_file(const fs::path& from, const fs::path& to,
                       const process::OnProgress& on_progress) {
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (in.get() < 0 || ::fstat(in.get(), &status) != 0) return file_failure("cannot read", from);
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorCode::invalid_argument, from.string() + " is not a regular file");
  }
  if (auto checked = check_beginning(in.get(), from); !checked) return checked;
  const Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (out.get() < 0) return file_failure("cannot write", to);
  constexpr std::int64_t kMiB = 1 << 20;
  std::string piece(kMiB, '\0');
  for (std::int64_t done = 0;;) {
    const ssize_t size = ::read(in.get(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return file_failure("cannot read", from);
    if (size == 0) break;
    auto written =
        write_all(out.get(), std::string_view(piece.data(), static_cast<std::size_t>(size)), to);
    if (!written) return written;
    done += size;
    on_progress("MiB", {done / kMiB, status.st_size / kMiB});
  }
  if (::fsync(out.get()) != 0) return file_failure("cannot write", to);
  return {};
}

/// Opens the database, which migrates it to this program's schema and checks its master key, and recomputes
/// its audit logs. Returns the number of their events.
Result<std::int64_t> check_content(const fs::path& database, const crypto::MasterKey& master_key,
                                   Logger& log, const process::OnProgress& on_progress) {
  const auto services = open_sqlite_services(database, master_key, log);
  if (!services) return failed(services);
  std::int64_t events = 0;
  const auto logs = app::verify_audit_logs((*services)->context(), [&](std::int64_t done) {
    events = done;
    on_progress("events", {done, 0});
  });
  if (!logs) return failed(logs);
  return events;
}

/// The previous database with its log, in a folder beside it. Moves it back when destroyed, unless keep()
/// was called.
class DisplacedDatabase {
 public:
  DisplacedDatabase() = default;
  DisplacedDatabase(const DisplacedDatabase&) = delete;
  DisplacedDatabase& operator=(const DisplacedDatabase&) = delete;
  ~DisplacedDatabase() {
    std::error_code ignored;
    for (const auto& [from, to] : moved_) process::rename_no_replace(to, from);
    if (!moved_.empty()) fs::remove(folder_, ignored);
  }

  /// Does nothing when there is no database.
  Result<void> move(const fs::path& database) {
    const std::string name = database.string();
    for (const std::string& file : {name, name + "-wal", name + "-shm"}) {
      if (!process::entry_exists(file)) continue;
      if (auto moved = move_one(file); !moved) return moved;
    }
    return moved_.empty() ? Result<void>() : process::sync_folder(folder_);
  }

  /// Leaves the files in the returned folder; absent when there was no database.
  std::optional<fs::path> keep() {
    if (moved_.empty()) return std::nullopt;
    moved_.clear();
    return folder_;
  }

 private:
  Result<void> move_one(const fs::path& file) {
    if (moved_.empty()) {
      auto folder = create_unique_folder(file.parent_path(), "replaced-");
      if (!folder) return failed(folder);
      folder_ = std::move(*folder);
    }
    const fs::path to = folder_ / file.filename();
    if (!process::rename_no_replace(file, to)) return file_failure("cannot move", file);
    moved_.emplace_back(file, to);
    return {};
  }

  fs::path folder_;
  std::vector<std::pair<fs::path, fs::path>> moved_;
};

/// Returns the folder that the previous database was moved to.
Result<std::optional<fs::path>> take_place(StagingFolder& staging, const RestoreRequest& request) {
  const process::HoldSignals until_done;
  const auto database = database_file(request.data);
  std::unique_ptr<storage::SqliteFileLock> database_lock;
  if (request.if_there == process::IfThere::replace && process::entry_exists(database)) {
    auto lock = storage::SqliteFileLock::take(database);
    if (!lock) return failed(lock);
    database_lock = std::move(*lock);
  }
  DisplacedDatabase previous;
  if (request.if_there == process::IfThere::replace || !process::entry_exists(database)) {
    if (auto moved = previous.move(database); !moved) return failed(moved);
  }
  if (auto placed = staging.put_in_place(); !placed) return failed(placed);
  return previous.keep();
}

Result<void> check_place(const RestoreRequest& request) {
  const auto database = database_file(request.data);
  if (!process::entry_exists(database)) return {};
  if (request.if_there == process::IfThere::refuse) {
    return failure(ErrorCode::conflict, request.data.string() +
                                            " already contains a database; to replace it, "
                                            "add --force (keeps the old one)");
  }
  // Early, to fail before the work; take_place() checks again.
  const auto lock = storage::SqliteFileLock::take(database);
  if (!lock) return failed(lock);
  return {};
}

}  // namespace

Result<Restored> restore(const RestoreRequest& request, Logger& log,
                         const process::OnProgress& on_progress) {
  if (auto checked = check_place(request); !checked) return failed(checked);
  const auto master_key = read_master_key(request.master_key);
  if (!master_key) return failed(master_key);
  const auto staging = StagingFolder::create(request.data);
  if (!staging) return failed(staging);
  const auto database = (*staging)->database();
  auto copied = copy_file(request.file, database, on_progress);
  if (!copied) return failed(copied);
  const auto facts = storage::check_sqlite_file(database);
  if (!facts) return about(request.file, facts.error());
  const auto events = check_content(database, *master_key, log, on_progress);
  if (!events) return about(request.file, events.error());
  if (auto complete = (*staging)->check_complete(); !complete) return failed(complete);
  auto replaced = take_place(**staging, request);
  if (!replaced) return failed(replaced);
  return Restored{facts->schema_version, storage::newest_schema_version(), facts->projects, *events,
                  std::move(*replaced)};
}

}  // namespace ptkl::server
