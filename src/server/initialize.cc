#include "server/initialize.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include "server/backend.h"
#include "server/staging_folder.h"
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
  if (data.empty()) return {};
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

Result<app::CreatedProject> make_database(const std::filesystem::path& file,
                                          const crypto::MasterKey& master_key,
                                          const app::NewProject& project, Logger& log) {
  const auto backend = open_backend(file, master_key, log);
  if (!backend) return failure(backend.error());
  return app::create_project((*backend)->ports(""), project);
}

/// In one transaction.
Result<void> set_up_postgres(const Result<std::unique_ptr<Backend>>& backend,
                             const app::NewProject& project, const app::ShowProject& show) {
  if (!backend) return failure(backend.error());
  return app::create_first_project((*backend)->ports(""), project, show);
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
  Cleanup cleanup;
  if (auto made = make_data_folder(wanted.data, cleanup); !made) return made;
  const auto master_key = provide_master_key(wanted.master_key, cleanup);
  if (!master_key) return failure(master_key.error());
  auto done =
      database.is_postgresql()
          ? set_up_postgres(open_postgres_backend(database, *master_key, log), wanted.project, show)
          : set_up_sqlite(wanted, *master_key, log, show);
  // A database that may belong to the key is of no use without it.
  if (done || done.error().code == ErrorCode::outcome_unknown) cleanup.keep();
  return done;
}

}  // namespace ptkl::server
