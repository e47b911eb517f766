#include "server/initialize.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "server/backend.h"
#include "shell/private_file.h"

namespace ptkl::server {
namespace {

tl::unexpected<Error> system_failure(const std::string& what, const std::filesystem::path& path) {
  return failure(ErrorCode::internal, what + ' ' + path.string() + ": " + std::strerror(errno));
}

/// Removes what it was told to, unless keep() is called.
class Cleanup {
 public:
  Cleanup() = default;
  Cleanup(const Cleanup&) = delete;
  Cleanup& operator=(const Cleanup&) = delete;
  ~Cleanup() {
    std::error_code ignored;
    // The last one made lies in the first ones.
    std::for_each(paths_.rbegin(), paths_.rend(), [&](const std::filesystem::path& path) {
      std::filesystem::remove_all(path, ignored);
    });
  }
  void add(std::filesystem::path path) { paths_.push_back(std::move(path)); }
  void keep() { paths_.clear(); }

 private:
  std::vector<std::filesystem::path> paths_;
};

Result<void> make_data_folder(const std::filesystem::path& data, Cleanup& cleanup) {
  std::error_code error;
  if (std::filesystem::exists(database_file(data), error)) {
    return failure(ErrorCode::conflict, "there is a database in " + data.string() + " already");
  }
  if (::mkdir(data.c_str(), 0700) == 0) {
    cleanup.add(data);
    return {};
  }
  if (errno != EEXIST || !std::filesystem::is_directory(data, error)) {
    return system_failure("cannot make the folder", data);
  }
  return {};
}

/// The one that is there, or a new one.
Result<crypto::MasterKey> provide_master_key(const MasterKeyFile& file, Cleanup& cleanup) {
  auto key = read_master_key(file);
  if (key || key.error().code != ErrorCode::not_found) return key;
  auto target = shell::PrivateFile::open(file.path, shell::kMaxPrivateFileBytes);
  if (!target) return failure(target.error());
  crypto::MasterKey made = crypto::MasterKey::make();
  if (const auto written = (*target)->commit(made.text().reveal()); !written) {
    return failure(written.error());
  }
  cleanup.add(file.path);
  return made;
}

/// A folder of its own for the database until it is complete.
Result<std::filesystem::path> make_staging_folder(const std::filesystem::path& data,
                                                  Cleanup& cleanup) {
  std::string staging = (data / ".init-XXXXXX").string();
  if (::mkdtemp(staging.data()) == nullptr) return system_failure("cannot write to", data);
  cleanup.add(staging);
  return std::filesystem::path(staging);
}

Result<app::CreatedProject> make_database(const std::filesystem::path& file,
                                          const crypto::MasterKey& master_key,
                                          const app::NewProject& project, Logger& log) {
  const auto backend = open_backend(file, master_key, log);
  if (!backend) return failure(backend.error());
  return app::create_project((*backend)->ports(""), project);
}

/// Closing a database copies its log back into the file, and deletes the log only when that worked.
Result<void> check_complete(const std::filesystem::path& staged) {
  std::error_code error;
  if (!std::filesystem::exists(staged.string() + "-wal", error) && !error) return {};
  return failure(ErrorCode::unavailable,
                 "the database could not be written whole; is there room on the disk?");
}

/// Gives the complete database its name, unless somebody else was faster.
Result<void> put_in_place(const std::filesystem::path& staged,
                          const std::filesystem::path& target) {
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
    return shell::sync_folder(target.parent_path());
  }
  if (errno == EEXIST) {
    return failure(ErrorCode::conflict, target.string() + " is there already");
  }
  return system_failure("cannot write", target);
}

}  // namespace

Result<void> initialize(const InitialData& wanted, Logger& log,
                        const std::function<Result<void>(const app::CreatedProject&)>& show) {
  Cleanup cleanup;
  Cleanup staging_cleanup;
  if (auto made = make_data_folder(wanted.data, cleanup); !made) return made;
  const auto master_key = provide_master_key(wanted.master_key, cleanup);
  if (!master_key) return failure(master_key.error());
  const auto staging = make_staging_folder(wanted.data, staging_cleanup);
  if (!staging) return failure(staging.error());
  const auto staged = database_file(*staging);
  const auto created = make_database(staged, *master_key, wanted.project, log);
  if (!created) return failure(created.error());
  if (auto complete = check_complete(staged); !complete) return complete;
  if (auto shown = show(*created); !shown) return shown;
  if (auto placed = put_in_place(staged, database_file(wanted.data)); !placed) return placed;
  cleanup.keep();
  return {};
}

}  // namespace ptkl::server
