#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertSigningKey{
    "INSERT INTO signing_keys (project_id, kid, algorithm, wrapped_key, public_jwk, active,"
    " created_at, activates_at, activated_at, retired_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"};
constexpr SqlStatement kUpdateSigningKey{
    "UPDATE signing_keys SET wrapped_key = $3, active = $4, activates_at = $5, activated_at = $6,"
    " retired_at = $7 WHERE project_id = $1 AND kid = $2"};
constexpr SqlStatement kEraseSigningKey{
    "DELETE FROM signing_keys WHERE project_id = $1 AND kid = $2"};
constexpr SqlStatement kFindSigningKey{"SELECT " PTKL_SIGNING_KEY_COLUMNS
                                       " FROM signing_keys WHERE project_id = $1 AND kid = $2"};
constexpr SqlStatement kFindActive{"SELECT " PTKL_SIGNING_KEY_COLUMNS
                                   " FROM signing_keys WHERE project_id = $1 AND active = 1"};
constexpr SqlStatement kListSigningKeys{
    "SELECT " PTKL_SIGNING_KEY_COLUMNS
    ", signing_keys.active, signing_keys.activates_at, signing_keys.activated_at,"
    " signing_keys.retired_at FROM signing_keys WHERE project_id = $1"
    " ORDER BY active DESC, COALESCE(retired_at, 0), created_at, kid"};

std::int64_t is_active(const SigningKeyDetails& details) {
  return details.status == SigningKeyStatus::active ? 1 : 0;
}

Result<SigningKeyDetails> read_details(ColumnReader& columns, const Uuid& project) {
  auto key = read_signing_key(columns, project);
  if (!key) return failed(key);
  const bool active = columns.integer() != 0;
  SigningKeyDetails details{std::move(*key), SigningKeyStatus::next, columns.optional_time(),
                            columns.optional_time(), columns.optional_time()};
  if (active) {
    details.status = SigningKeyStatus::active;
  } else if (details.retired_at) {
    details.status = SigningKeyStatus::retired;
  }
  return details;
}

}  // namespace

Result<void> SqlSigningKeyRepository::insert(const SigningKeyDetails& details) {
  const SigningKey& key = details.key;
  return insert_one(
      connection_, kInsertSigningKey,
      {key.project.text(), key.kid, to_text(key.algorithm), key.wrapped_key, key.public_jwk,
       is_active(details), to_unix_millis(key.created_at), to_parameter(details.activates_at),
       to_parameter(details.activated_at), to_parameter(details.retired_at)},
      "the project has a signing key with that id or with that status");
}

Result<void> SqlSigningKeyRepository::update(const SigningKeyDetails& details) {
  return change_one(connection_, kUpdateSigningKey,
                    {details.key.project.text(), details.key.kid, details.key.wrapped_key,
                     is_active(details), to_parameter(details.activates_at),
                     to_parameter(details.activated_at), to_parameter(details.retired_at)},
                    "no such signing key");
}

Result<void> SqlSigningKeyRepository::erase(const Uuid& project, std::string_view kid) {
  return change_one(connection_, kEraseSigningKey, {project.text(), kid}, "no such signing key");
}

Result<std::optional<SigningKey>> SqlSigningKeyRepository::find(const Uuid& project,
                                                                std::string_view kid) {
  return find_one(connection_, kFindSigningKey, {project.text(), kid},
                  [&](ColumnReader& columns) { return read_signing_key(columns, project); });
}

Result<std::optional<SigningKey>> SqlSigningKeyRepository::find_active(const Uuid& project) {
  return find_one(connection_, kFindActive, {project.text()},
                  [&](ColumnReader& columns) { return read_signing_key(columns, project); });
}

Result<std::vector<SigningKeyDetails>> SqlSigningKeyRepository::list(const Uuid& project) {
  return find_all(connection_, kListSigningKeys, {project.text()},
                  [&](ColumnReader& columns) { return read_details(columns, project); });
}

}  // namespace ptkl::storage
