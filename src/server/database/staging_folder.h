// Where a database is put together before it gets its place.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "process/interrupt.h"

namespace ptkl::server {

/// A new folder within the data folder. It goes, with the database in it, when this object does, and
/// when the program is interrupted.
class StagingFolder {
 public:
  static Result<std::unique_ptr<StagingFolder>> make(const std::filesystem::path& data);
  explicit StagingFolder(std::filesystem::path path);
  ~StagingFolder();
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  /// Where the database goes.
  std::filesystem::path database() const;

  /// Once the database was closed: fails with unavailable when not all of it is in its file.
  Result<void> check_complete() const;
  /// Then gives it its name in the data folder, durably. Fails with conflict when there is one.
  Result<void> put_in_place();

 private:
  std::filesystem::path path_;
  std::vector<std::unique_ptr<process::RemoveOnInterrupt>> remove_on_interrupt_;
};

}  // namespace ptkl::server
