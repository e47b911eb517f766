// A backup of the SQLite database, as one file.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "process/private_file.h"
#include "process/progress_bar.h"

namespace ptkl::server {

struct BackupRequest {
  std::filesystem::path database;
  std::filesystem::path master_key;
  std::filesystem::path file;
  process::IfThere if_there = process::IfThere::refuse;
};

struct Backup {
  std::int64_t bytes = 0;
  std::int64_t schema_version = 0;
  std::int64_t projects = 0;
};

/// Copies one consistent state of the database, also while servers use it, checks the copy, and moves it to
/// `request.file`. Until then the copy is a temporary file of mode 0600 in the same folder, which a failure
/// removes. Main thread only.
/// Errors: conflict when the file exists and may not be replaced; invalid_argument when the file is the
/// database itself, one of its logs, or the master key.
Result<Backup> back_up(const BackupRequest& request, const process::OnProgress& on_progress);

}  // namespace ptkl::server
