#include "server/database/initialize.h"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/system_failure.h"
#include "process/private_file.h"
#include "server/database/services.h"
#include "server/database/staging_folder.h"

namespace ptkl::server {
namespace {

/// Keeps other runs of this out of some folders while it lives.
class FolderLocks {
 public:
  FolderLocks() = default;
  FolderLocks(const FolderLocks&) = delete;
  FolderLocks& operator=(const FolderLocks&) = delete;
  ~FolderLocks() {
    for (const Held& held : held_) ::close(held.fd);
  }

  /// Fails with conflict when another run works there. Without a lock, where the file system has none.
  Result<void> take(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0 || ::fstat(fd, &status) != 0) return give_up(fd);
    // Once is enough, and a second time would collide with the first.
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
    return failure(ErrorCode::conflict, "another init works in " + folder.string() + " just now");
  }

  /// Whether all were to be had.
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

/// What this run has made, and nobody else uses: it goes, unless keep() is called.
class Made {
 public:
  Made() = default;
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    std::error_code ignored;
    if (master_key) std::filesystem::remove(*master_key, ignored);
    // Only when it is empty: what others have put there is theirs.
    if (folder) std::filesystem::remove(*folder, ignored);
  }
  void keep() {
    folder.reset();
    master_key.reset();
  }

  std::optional<std::filesystem::path> folder;
  std::optional<std::filesystem::path> master_key;
};

bool has_database(const std::filesystem::path& data) {
  std::error_code error;
  return !data.empty() && std::filesystem::exists(database_file(data), error);
}

/// Makes it where it is not there, and keeps others out of it.
Result<void> take_data_folder(const std::filesystem::path& data, FolderLocks& locks, Made& made) {
  if (data.empty()) return {};
  std::error_code error;
  const bool is_new = ::mkdir(data.c_str(), 0700) == 0;
  if (!is_new && (errno != EEXIST || !std::filesystem::is_directory(data, error))) {
    return system_failure(ErrorCode::internal, "cannot make the folder", data);
  }
  if (auto locked = locks.take(data); !locked) return locked;
  if (is_new) made.folder = data;
  if (!has_database(data)) return {};
  return failure(ErrorCode::conflict, "there is a database in " + data.string() + " already");
}

/// Others may have the key for theirs too.
Result<void> lock_folder_of(const MasterKeyFile& key, FolderLocks& locks) {
  const auto folder = key.path.parent_path();
  return locks.take(folder.empty() ? "." : folder);
}

/// Fails with conflict when there is a file already.
Result<void> write_new(const std::filesystem::path& file, const crypto::MasterKey& key) {
  auto target =
      process::PrivateFile::open(file, process::kMaxPrivateFileBytes, process::IfThere::refuse);
  return target ? (*target)->commit(key.text().reveal()) : failure(target.error());
}

/// The one that is there, or a new one.
Result<crypto::MasterKey> provide_master_key(const MasterKeyFile& file, Made& made) {
  auto key = read_master_key(file);
  if (key || key.error().code != ErrorCode::not_found) return key;
  crypto::MasterKey fresh = crypto::MasterKey::make();
  const auto written = write_new(file.path, fresh);
  if (written) {
    made.master_key = file.path;
    return fresh;
  }
  if (written.error().code != ErrorCode::conflict) return failure(written.error());
  // Somebody else was faster, and may use theirs.
  auto theirs = read_master_key(file);
  if (theirs || theirs.error().code != ErrorCode::not_found) return theirs;
  return failure(written.error());
}

Result<app::CreatedProject> make_database(const std::filesystem::path& file,
                                          const crypto::MasterKey& master_key,
                                          const app::NewProject& project, Logger& log) {
  const auto backend = open_backend(file, master_key, log);
  if (!backend) return failure(backend.error());
  return app::create_project((*backend)->context(""), project);
}

/// In one transaction.
Result<void> set_up_postgres(const Result<std::unique_ptr<Backend>>& backend,
                             const app::NewProject& project, const app::ShowProject& show) {
  if (!backend) return failure(backend.error());
  return app::create_first_project((*backend)->context(""), project, show);
}

Result<void> set_up_sqlite(const InitialData& wanted, const crypto::MasterKey& master_key,
                           Logger& log, const app::ShowProject& show) {
  const auto staging = StagingFolder::make(wanted.data);
  if (!staging) return failure(staging.error());
  const auto created = make_database((*staging)->database(), master_key, wanted.project, log);
  if (!created) return failure(created.error());
  if (auto complete = (*staging)->check_complete(); !complete) return complete;
  if (auto shown = show(*created); !shown) return shown;
  return (*staging)->put_in_place();
}

}  // namespace

Result<void> initialize(const InitialData& wanted, const DatabaseConfig& database, Logger& log,
                        const app::ShowProject& show) {
  // Gone last: what was made is taken away before anybody else gets in.
  FolderLocks locks;
  Made made;
  if (auto taken = take_data_folder(wanted.data, locks, made); !taken) return taken;
  if (auto locked = lock_folder_of(wanted.master_key, locks); !locked) return locked;
  const auto master_key = provide_master_key(wanted.master_key, made);
  if (!master_key) return failure(master_key.error());
  auto done =
      database.is_postgresql()
          ? set_up_postgres(open_postgres_backend(database, *master_key, log), wanted.project, show)
          : set_up_sqlite(wanted, *master_key, log, show);
  // A database that may belong to the key is of no use without it.
  const bool may_be_used = done || done.error().code == ErrorCode::outcome_unknown ||
                           !locks.are_held() || has_database(wanted.data);
  if (may_be_used) made.keep();
  return done;
}

}  // namespace ptkl::server
