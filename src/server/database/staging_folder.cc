#include "server/database/staging_folder.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/system_failure.h"
#include "process/files.h"
#include "process/private_file.h"
#include "server/database/data_folder.h"

namespace ptkl::server {

Result<std::unique_ptr<StagingFolder>> StagingFolder::create(const std::filesystem::path& data) {
  auto folder = TemporaryFolder::create(data, ".staging-");
  if (!folder) return failed(folder);
  return std::make_unique<StagingFolder>(std::move(*folder));
}

StagingFolder::StagingFolder(TemporaryFolder folder) : folder_(std::move(folder)) {
  const std::string file = database().string();
  for (const std::string& name : {file, file + "-wal", file + "-shm", folder_.path().string()}) {
    remove_on_interrupt_.push_back(std::make_unique<process::RemoveOnInterrupt>(name));
  }
}

std::filesystem::path StagingFolder::database() const { return database_file(folder_.path()); }

Result<void> StagingFolder::check_complete() const {
  std::error_code error;
  // Closing a database copies its log into the file, and deletes the log only if that succeeded.
  if (!std::filesystem::exists(database().string() + "-wal", error) && !error) return {};
  return failure(ErrorCode::unavailable, "cannot write the whole database to " +
                                             folder_.path().parent_path().string() +
                                             "; check for free disk space");
}

Result<void> StagingFolder::put_in_place() {
  const auto target = database_file(folder_.path().parent_path());
  if (process::rename_no_replace(database(), target)) {
    return process::sync_folder(target.parent_path());
  }
  if (errno == EEXIST) return failure(ErrorCode::conflict, target.string() + " already exists");
  return system_failure(ErrorCode::internal, "cannot write", target);
}

}  // namespace ptkl::server
