// The files of the data folder: `ptkl.db`, unless the database is PostgreSQL, and `master.key`, unless the
// key is in another place.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "crypto/master_key.h"
#include "server/config/config.h"

namespace ptkl::server {

/// False also when the file cannot be examined.
bool file_exists(const std::filesystem::path& file);

std::filesystem::path database_file(const std::filesystem::path& data);

/// The file of the master key.
struct MasterKeyFile {
  std::filesystem::path path;
  enum class Source { file, systemd_credential } source;
};
/// The configured file, else `master.key` in `credentials_folder` (systemd's `$CREDENTIALS_DIRECTORY`, may be
/// empty) if that exists, else `master.key` in the data folder.
MasterKeyFile find_master_key_file(const Config& config,
                                   const std::filesystem::path& credentials_folder);

/// Errors: invalid_argument when no data folder is configured, although the database or the master key is
/// in it.
Result<void> require_data_folder(const Config& config, const MasterKeyFile& master_key);

/// Errors: as require_data_folder(), and not_found when SQLite's file does not exist. Does not connect to
/// PostgreSQL.
Result<void> require_database(const Config& config, const MasterKeyFile& master_key);

/// For commands that work on SQLite's file.
/// Errors: invalid_argument when the database is PostgreSQL; the message ends with `instead`.
Result<void> require_sqlite(const Config& config, std::string_view instead);

/// Errors: not_found; permission_denied when other users can read the file, or another user owns it;
/// invalid_argument when it contains no master key.
Result<crypto::MasterKey> read_master_key(const MasterKeyFile& file);

}  // namespace ptkl::server
