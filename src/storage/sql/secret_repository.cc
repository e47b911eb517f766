#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

// Selected from api_users, so that a deleted one gets none.
constexpr SqlStatement kInsertSecret{
    "INSERT INTO secrets (project_id, id, api_user_id, number, hash, hint, label, slot, created_at,"
    " expires_at, works_until, revoked_at, last_used_at, last_used_from, replaced_at,"
    " until_idle_seconds, due_at)"
    " SELECT api_users.project_id, $3, api_users.id,"
    " (SELECT COALESCE(MAX(secrets.number), 0) + 1 FROM secrets"
    "  WHERE secrets.project_id = $1 AND secrets.api_user_id = $2),"
    " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16"
    " FROM api_users WHERE api_users.project_id = $1 AND api_users.id = $2"
    " AND api_users.deleted_at IS NULL"};
constexpr SqlStatement kUpdateSecret{
    "UPDATE secrets SET slot = $3, works_until = $4, revoked_at = $5, replaced_at = $6,"
    " until_idle_seconds = $7, due_at = $8 WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kEraseSecret{"DELETE FROM secrets WHERE project_id = $1 AND id = $2"};
// From the holders of the role, which an index has, to their secrets.
constexpr SqlStatement kListSecretsOfHolders{
    "SELECT secrets.api_user_id, " PTKL_SECRET_COLUMNS
    " FROM api_user_roles CROSS JOIN secrets"
    " WHERE api_user_roles.project_id = $1 AND api_user_roles.role_id = $2"
    " AND secrets.project_id = $1 AND secrets.api_user_id = api_user_roles.api_user_id"
    " AND secrets.revoked_at IS NULL"
    " AND (secrets.expires_at IS NULL OR secrets.expires_at > $3)"};
constexpr SqlStatement kListDue{
    "SELECT secrets.project_id, projects.token_lifetime_seconds, "
    "secrets.api_user_id, " PTKL_SECRET_COLUMNS
    " FROM secrets CROSS JOIN projects"
    " WHERE secrets.due_at IS NOT NULL AND secrets.due_at <= $1"
    " AND projects.id = secrets.project_id ORDER BY secrets.due_at LIMIT $2"};
constexpr SqlStatement kRecordUse{
    "UPDATE secrets SET last_used_at = $3, last_used_from = $4 WHERE project_id = $1 AND id = $2"
    " AND (last_used_at IS NULL OR last_used_at < $3)"};
constexpr SqlStatement kFindCredential{PTKL_FIND_CREDENTIAL("$1", "$2")};

Result<DueSecret> read_due_secret(ColumnReader& columns) {
  const auto project = columns.parsed(Uuid::parse);
  const std::chrono::seconds token_lifetime(columns.integer());
  if (!columns.ok()) return columns.failure();
  auto secret = read_owned_secret(columns);
  if (!secret) return failure(std::move(secret.error()));
  return DueSecret{*project, token_lifetime, std::move(*secret)};
}

/// That a row is broken is a result, so that reading goes on.
Result<Result<DueSecret>> try_due_secret(ColumnReader& columns) { return read_due_secret(columns); }

}  // namespace

Result<void> SqlSecretRepository::insert(const Uuid& project, const SecretRecord& secret) {
  auto inserted =
      change(connection_, kInsertSecret,
             {project.text(), secret.api_user.text(), secret.id.text(), to_base64url(secret.hash),
              secret.hint, secret.label, secret.slot.number, to_unix_millis(secret.created_at),
              to_parameter(secret.expires_at), to_parameter(secret.works_until),
              to_parameter(secret.revoked_at), to_parameter(secret.last_used_at),
              secret.last_used_from, to_parameter(secret.replaced_at),
              to_parameter(secret.until_idle), to_parameter(secret.due_at)});
  if (!inserted) return failure(std::move(inserted.error()));
  if (*inserted == 0) return failure(ErrorCode::not_found, "no such API user");
  return {};
}

Result<void> SqlSecretRepository::update(const Uuid& project, const SecretRecord& secret) {
  return change_one(
      connection_, kUpdateSecret,
      {project.text(), secret.id.text(), secret.slot.number, to_parameter(secret.works_until),
       to_parameter(secret.revoked_at), to_parameter(secret.replaced_at),
       to_parameter(secret.until_idle), to_parameter(secret.due_at)},
      "no such secret");
}

Result<void> SqlSecretRepository::erase(const Uuid& project, const SecretId& id) {
  return change_one(connection_, kEraseSecret, {project.text(), id.text()}, "no such secret");
}

Result<std::vector<SecretRecord>> SqlSecretRepository::list_of_holders(const Uuid& project,
                                                                       const Uuid& role,
                                                                       Timestamp now) {
  return find_all(connection_, kListSecretsOfHolders,
                  {project.text(), role.text(), to_unix_millis(now)}, read_owned_secret);
}

Result<std::vector<Result<DueSecret>>> SqlSecretRepository::list_due(Timestamp now,
                                                                     std::int64_t limit) {
  return find_all(connection_, kListDue, {to_unix_millis(now), limit}, try_due_secret);
}

Result<void> SqlSecretRepository::record_uses(std::span<const SecretUse> uses) {
  for (const SecretUse& use : uses) {
    auto recorded =
        execute(connection_, kRecordUse,
                {use.project.text(), use.secret.text(), to_unix_millis(use.at), use.from});
    if (!recorded) return recorded;
  }
  return {};
}

Result<std::optional<Credential>> SqlSecretRepository::find_credential(const ProjectName& project,
                                                                       const SecretId& id) {
  return find_one(connection_, kFindCredential, {project.text(), id.text()}, read_credential);
}

}  // namespace ptkl::storage
