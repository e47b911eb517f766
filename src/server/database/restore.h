// Puts a backup in the place of the SQLite database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/log.h"
#include "base/result.h"
#include "process/private_file.h"
#include "process/progress_bar.h"
#include "server/database/data_folder.h"

namespace ptkl::server {

struct RestoreRequest {
  std::filesystem::path file;
  std::filesystem::path data;
  MasterKeyFile master_key;
  process::IfThere if_there = process::IfThere::refuse;
};

struct Restored {
  std::int64_t schema_before = 0;
  std::int64_t schema_after = 0;
  std::int64_t projects = 0;
  std::int64_t events = 0;
  /// The folder that the previous database was moved to; absent when there was none.
  std::optional<std::filesystem::path> replaced;
};

/// Copies the backup into the data folder, brings the copy to this program's schema, checks it, and then
/// puts it in the place of the database. The checks cover every page and reference, the master key, and each
/// audit log. A failure changes nothing. Main thread only.
/// Errors: invalid_argument when the backup is damaged or belongs to another master key; conflict when a
/// database exists that may not be replaced or is in use.
Result<Restored> restore(const RestoreRequest& request, Logger& log,
                         const process::OnProgress& on_progress);

}  // namespace ptkl::server
