#include "server/database/staging_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string>
#include <utility>

#include "base/system_failure.h"
#include "process/private_file.h"
#include "server/database/data_folder.h"

namespace ptkl::server {
namespace {

tl::unexpected<Error> cannot_write(const std::filesystem::path& path) {
  return system_failure(ErrorCode::internal, "cannot write", path);
}

}  // namespace

Result<std::unique_ptr<StagingFolder>> StagingFolder::make(const std::filesystem::path& data) {
  std::string path = (data / ".staging-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) return cannot_write(data);
  return std::make_unique<StagingFolder>(path);
}

StagingFolder::StagingFolder(std::filesystem::path path) : path_(std::move(path)) {
  const std::string file = database().string();
  for (const std::string& name : {file, file + "-wal", file + "-shm", path_.string()}) {
    remove_on_interrupt_.push_back(std::make_unique<process::RemoveOnInterrupt>(name));
  }
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path StagingFolder::database() const { return database_file(path_); }

Result<void> StagingFolder::check_complete() const {
  std::error_code error;
  // Closing a database copies its log back into the file, and deletes the log only when that worked.
  if (!std::filesystem::exists(database().string() + "-wal", error) && !error) return {};
  return failure(ErrorCode::unavailable,
                 "the database could not be written whole; is there room on the disk?");
}

Result<void> StagingFolder::put_in_place() {
  const auto staged = database();
  const auto target = database_file(path_.parent_path());
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
    return process::sync_folder(target.parent_path());
  }
  if (errno == EEXIST) {
    return failure(ErrorCode::conflict, target.string() + " is there already");
  }
  return cannot_write(target);
}

}  // namespace ptkl::server
