#include "server/database/data_folder.h"

#include "process/private_file.h"

namespace ptkl::server {
namespace {

constexpr const char* kMasterKeyName = "master.key";

}  // namespace

bool file_exists(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

std::filesystem::path database_file(const std::filesystem::path& data) { return data / "ptkl.db"; }

MasterKeyFile find_master_key_file(const Config& config,
                                   const std::filesystem::path& credentials_folder) {
  using Source = MasterKeyFile::Source;
  if (!config.master_key_file.empty()) return {config.master_key_file, Source::file};
  const std::filesystem::path credential = credentials_folder / kMasterKeyName;
  if (!credentials_folder.empty() && file_exists(credential))
    return {credential, Source::systemd_credential};
  return {config.data / kMasterKeyName, Source::file};
}

Result<void> require_data_folder(const Config& config, const MasterKeyFile& master_key) {
  const bool key_is_elsewhere = master_key.path != config.data / kMasterKeyName;
  if (!config.data.empty() || (config.database.is_postgresql() && key_is_elsewhere)) return {};
  return invalid_field("--data", "required: the data folder");
}

Result<void> require_database(const Config& config, const MasterKeyFile& master_key) {
  if (auto given = require_data_folder(config, master_key); !given) return given;
  if (config.database.is_postgresql() || file_exists(database_file(config.data))) return {};
  return failure(ErrorCode::not_found, "no database in " + config.data.string() +
                                           "; run `ptkld init --data " + config.data.string() +
                                           " --project <name>` first");
}

Result<void> require_sqlite(const Config& config, std::string_view instead) {
  if (!config.database.is_postgresql()) return {};
  return invalid_field("database", "this command works on a SQLite database; for PostgreSQL, " +
                                       std::string(instead));
}

Result<crypto::MasterKey> read_master_key(const MasterKeyFile& file) {
  // systemd grants access by an ACL, whose mask appears in the mode's group bits.
  const bool is_file = file.source == MasterKeyFile::Source::file;
  const auto text = process::read_private_file(
      file.path, is_file ? process::ReadableBy::owner_only : process::ReadableBy::anyone);
  if (!text) return failed(text);
  auto key = crypto::MasterKey::parse(text->reveal());
  if (!key) {
    return failure(ErrorCode::invalid_argument,
                   file.path.string() + " does not contain a master key");
  }
  return key;
}

}  // namespace ptkl::server
