#include "server/database/initialize.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/system_failure.h"
#include "process/files.h"
#include "process/private_file.h"
#include "server/database/services.h"
#include "server/database/staging_folder.h"

namespace ptkl::server {
namespace {

/// Locks folders against other runs of `ptkld init`.
class FolderLocks {
 public:
  FolderLocks() = default;
  FolderLocks(const FolderLocks&) = delete;
  FolderLocks& operator=(const FolderLocks&) = delete;
  ~FolderLocks() {
    for (const Held& held : held_) ::close(held.fd);
  }

  /// Errors: conflict when another run holds the lock. Does nothing where the file system has no locks.
  Result<void> take(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0 || ::fstat(fd, &status) != 0) return give_up(fd);
    // Locking the same folder twice would conflict with ourselves.
    for (const Held& held : held_) {
      if (held.device == status.st_dev && held.inode == status.st_ino) {
        ::close(fd);
        return {};
      }
    }
    const int error = ::flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if (error == 0) {
      held_.push_back({fd, status.st_dev, status.st_ino});
      return {};
    }
    auto done = give_up(fd);
    if (error != EWOULDBLOCK) return done;
    return failure(ErrorCode::conflict, "another `ptkld init` is running in " + folder.string());
  }

  /// Whether every folder could be locked.
  bool are_held() const { return are_held_; }

 private:
  struct Held {
    int fd;
    dev_t device;
    ino_t inode;
  };

  Result<void> give_up(int fd) {
    if (fd >= 0) ::close(fd);
    are_held_ = false;
    return {};
  }

  std::vector<Held> held_;
  bool are_held_ = true;
};

bool has_database(const std::filesystem::path& data) {
  std::error_code error;
  return !data.empty() && std::filesystem::exists(database_file(data), error);
}

/// Creates the folder if it does not exist, and locks it.
Result<void> take_data_folder(const std::filesystem::path& data, FolderLocks& locks,
                              process::CleanupOnFailure& created_files) {
  if (data.empty()) return {};
  std::error_code error;
  const bool is_new = ::mkdir(data.c_str(), 0700) == 0;
  if (!is_new && (errno != EEXIST || !std::filesystem::is_directory(data, error))) {
    return system_failure(ErrorCode::internal, "cannot create the folder", data);
  }
  if (auto locked = locks.take(data); !locked) return locked;
  if (is_new) created_files.add(data);
  if (!has_database(data)) return {};
  return failure(ErrorCode::conflict, data.string() + " already contains a database");
}

/// Another run may use the same key for another data folder.
Result<void> lock_folder_of(const MasterKeyFile& key, FolderLocks& locks) {
  const auto folder = key.path.parent_path();
  return locks.take(folder.empty() ? "." : folder);
}

/// Errors: conflict when the file exists.
Result<void> write_new(const std::filesystem::path& file, const crypto::MasterKey& key) {
  auto target =
      process::PrivateFile::open(file, process::kMaxPrivateFileBytes, process::IfThere::refuse);
  return target ? (*target)->commit(key.text().reveal()) : failed(target);
}

/// Reads the key, or creates one if the file does not exist.
Result<crypto::MasterKey> provide_master_key(const MasterKeyFile& file,
                                             process::CleanupOnFailure& created_files) {
  auto key = read_master_key(file);
  if (key || key.error().code != ErrorCode::not_found) return key;
  crypto::MasterKey fresh = crypto::MasterKey::make();
  const auto written = write_new(file.path, fresh);
  if (written) {
    created_files.add(file.path);
    return fresh;
  }
  if (written.error().code != ErrorCode::conflict) return failed(written);
  // Another process created one in the meantime, and may use it.
  auto theirs = read_master_key(file);
  if (theirs || theirs.error().code != ErrorCode::not_found) return theirs;
  return failed(written);
}

Result<app::CreatedProject> make_database(const std::filesystem::path& file,
                                          const crypto::MasterKey& master_key,
                                          const app::CreateProject& project, Logger& log) {
  const auto services = open_sqlite_services(file, master_key, log);
  if (!services) return failed(services);
  return app::create_project((*services)->context(), project);
}

/// Errors: none leaves a part of the project behind; it is one transaction.
Result<void> set_up_postgres(const Result<std::unique_ptr<Services>>& services,
                             const app::CreateProject& project, const app::ShowProject& show) {
  if (!services) return failed(services);
  return app::create_first_project((*services)->context(), project, show);
}

Result<void> set_up_sqlite(const InitialData& request, const crypto::MasterKey& master_key,
                           Logger& log, const app::ShowProject& show) {
  const auto staging = StagingFolder::create(request.data);
  if (!staging) return failed(staging);
  const auto created = make_database((*staging)->database(), master_key, request.project, log);
  if (!created) return failed(created);
  if (auto complete = (*staging)->check_complete(); !complete) return complete;
  if (auto shown = show(*created); !shown) return shown;
  return (*staging)->put_in_place();
}

}  // namespace

Result<void> initialize(const InitialData& request, const DatabaseConfig& database, Logger& log,
                        const app::ShowProject& show) {
  // Declared first, so that the lock is held until the created files are removed.
  FolderLocks locks;
  process::CleanupOnFailure created_files;
  if (auto taken = take_data_folder(request.data, locks, created_files); !taken) return taken;
  if (auto locked = lock_folder_of(request.master_key, locks); !locked) return locked;
  const auto master_key = provide_master_key(request.master_key, created_files);
  if (!master_key) return failed(master_key);
  auto done = database.is_postgresql()
                  ? set_up_postgres(open_postgres_services(database, *master_key, log),
                                    request.project, show)
                  : set_up_sqlite(request, *master_key, log, show);
  // A database that may use the key would be useless without it.
  const bool may_be_used = done || done.error().code == ErrorCode::outcome_unknown ||
                           !locks.are_held() || has_database(request.data);
  if (may_be_used) created_files.keep();
  return done;
}

}  // namespace ptkl::server
