// A backup of the SQLite database as one file, and the way back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/log.h"
#include "base/result.h"
#include "process/private_file.h"
#include "server/database/data_folder.h"
#include "server/database/progress.h"

namespace ptkl::server {

struct BackupWanted {
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

/// Copies the database, also while servers use it, as it is now, checks the copy, and gives it its name;
/// before that there is a temporary file of mode 0600 beside it, and when this fails there is nothing.
/// Fails with conflict when there must be no such file, and is; with invalid_argument, whatever is
/// there, when it would take the place of the database itself, of its log, or of the master key. Main
/// thread only.
Result<Backup> back_up(const BackupWanted& wanted, const OnProgress& on_progress);

struct RestoreWanted {
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
  /// Where the database is now whose place was taken.
  std::optional<std::filesystem::path> replaced;
};

/// Makes a backup the database of the data folder, brought to this program's schema. Before it gets its
/// place it is checked whole: every page and reference, the master key, and each audit log. Fails, with
/// nothing changed, with invalid_argument when it is not good, and with conflict when there is a
/// database, which must be none or is in use. Main thread only.
Result<Restored> restore(const RestoreWanted& wanted, Logger& log, const OnProgress& on_progress);

}  // namespace ptkl::server
