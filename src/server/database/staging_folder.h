// A folder in which a database is built before it gets its name in the data folder.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/temporary_folder.h"
#include "process/interrupt.h"

namespace ptkl::server {

/// A new folder in the data folder. It is removed, with the database in it, when this object is destroyed
/// or the program is interrupted.
class StagingFolder {
 public:
  static Result<std::unique_ptr<StagingFolder>> create(const std::filesystem::path& data);
  explicit StagingFolder(TemporaryFolder folder);
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  /// The file to build the database in.
  std::filesystem::path database() const;

  /// Errors: unavailable when part of the database is not in its file. Requires: the database is closed.
  Result<void> check_complete() const;
  /// Moves the database to its name in the data folder, durably.
  /// Errors: conflict when that file exists.
  Result<void> put_in_place();

 private:
  TemporaryFolder folder_;
  std::vector<std::unique_ptr<process::RemoveOnInterrupt>> remove_on_interrupt_;
};

}  // namespace ptkl::server
