// What lies in the data folder: `ptkl.db` unless the database is PostgreSQL, and `master.key` unless the
// key is elsewhere.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "crypto/master_key.h"
#include "server/config/config.h"

namespace ptkl::server {

/// False also when that cannot be found out.
bool file_exists(const std::filesystem::path& file);

std::filesystem::path database_file(const std::filesystem::path& data);

/// Where the master key is: the configured file, else `$CREDENTIALS_DIRECTORY/master.key` (systemd,
/// `credentials_folder`, may be empty) where there is one, else `master.key` in the data folder.
struct MasterKeyFile {
  std::filesystem::path path;
  enum class Guardian { we, systemd } guardian;
};
MasterKeyFile find_master_key_file(const Config& config,
                                   const std::filesystem::path& credentials_folder);

/// Fails with invalid_argument when no data folder is configured: SQLite needs one, and so does a master
/// key that is nowhere else.
Result<void> require_data_folder(const Config& config, const MasterKeyFile& master_key);

/// Fails as require_data_folder(), and with not_found when SQLite's file is not there. Whether there is
/// anything in PostgreSQL is not asked.
Result<void> require_database(const Config& config, const MasterKeyFile& master_key);

/// For what works on SQLite's file: fails with invalid_argument when the database is PostgreSQL, saying
/// what does it there.
Result<void> require_sqlite(const Config& config, std::string_view instead);

/// Fails with not_found, with permission_denied when others than its owner may read it or
/// somebody else owns it, with
/// invalid_argument when it holds no master key.
Result<crypto::MasterKey> read_master_key(const MasterKeyFile& file);

}  // namespace ptkl::server
