#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

// Selected from api_users, so that a deleted one gets none.
constexpr SqlStatement kInsertCredential{
    "INSERT INTO client_credentials (project_id, id, api_user_id, number, kind, hash, hint, label, "
    "slot,"
    " slot_generation, created_at, expires_at, works_until, revoked_at, last_used_at, "
    "last_used_from,"
    " replaced_at, until_idle_seconds, due_at)"
    " SELECT api_users.project_id, $3, api_users.id,"
    " (SELECT COALESCE(MAX(number), 0) + 1 FROM client_credentials"
    "  WHERE project_id = $1 AND api_user_id = $2),"
    " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18"
    " FROM api_users WHERE api_users.project_id = $1 AND api_users.id = $2"
    " AND api_users.deleted_at IS NULL"};
constexpr SqlStatement kUpdateCredential{
    "UPDATE client_credentials SET slot = $3, slot_generation = $4, works_until = $5, revoked_at = "
    "$6,"
    " replaced_at = $7, until_idle_seconds = $8, due_at = $9 WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kEraseCredential{
    "DELETE FROM client_credentials WHERE project_id = $1 AND id = $2"};
// From the holders of the role, which an index contains, to their credentials.
constexpr SqlStatement kListCredentialsOfHolders{
    "SELECT client_credentials.api_user_id, " PTKL_CREDENTIAL_COLUMNS
    " FROM api_user_roles CROSS JOIN client_credentials"
    " WHERE api_user_roles.project_id = $1 AND api_user_roles.role_id = $2"
    " AND client_credentials.project_id = $1"
    " AND client_credentials.api_user_id = api_user_roles.api_user_id"
    " AND client_credentials.revoked_at IS NULL"
    " AND (client_credentials.expires_at IS NULL OR client_credentials.expires_at > $3)"};
constexpr SqlStatement kListDue{
    "SELECT client_credentials.project_id, projects.token_lifetime_seconds,"
    " client_credentials.api_user_id, " PTKL_CREDENTIAL_COLUMNS
    " FROM client_credentials CROSS JOIN projects"
    " WHERE client_credentials.due_at IS NOT NULL AND client_credentials.due_at <= $1"
    " AND projects.id = client_credentials.project_id"
    " ORDER BY client_credentials.due_at LIMIT $2"};
constexpr SqlStatement kRecordUse{
    "UPDATE client_credentials SET last_used_at = $3, last_used_from = $4"
    " WHERE project_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)"};
constexpr SqlStatement kFindClientRecord{PTKL_FIND_CLIENT_RECORD("$1", "$2")};

Result<DueCredential> read_due_secret(ColumnReader& columns) {
  const auto project = columns.parsed(Uuid::parse);
  const std::chrono::seconds token_lifetime(columns.integer());
  if (!columns.ok()) return columns.failure();
  auto secret = read_owned_credential(columns);
  if (!secret) return failed(secret);
  return DueCredential{*project, token_lifetime, std::move(*secret)};
}

/// NULL is 0, and takes no space.
SqlParameter to_generation_column(StatusSlot slot) {
  if (slot.generation() == 0) return std::monostate();
  return slot.generation();
}

/// An unreadable row is a result, so that the rows after it are read.
Result<Result<DueCredential>> try_due_secret(ColumnReader& columns) {
  return read_due_secret(columns);
}

}  // namespace

Result<void> SqlClientCredentialRepository::insert(const Uuid& project,
                                                   const ClientCredential& secret) {
  const auto& verifier = std::get<SharedSecret>(secret.verifier);
  auto inserted = change(
      connection_, kInsertCredential,
      {project.text(), secret.api_user.text(), secret.id.text(),
       static_cast<std::int64_t>(secret.kind()), to_base64url(verifier.hash), verifier.hint,
       secret.label, secret.slot.base().number, to_generation_column(secret.slot),
       to_unix_millis(secret.created_at), to_parameter(secret.expires_at),
       to_parameter(secret.works_until), to_parameter(secret.revoked_at),
       to_parameter(secret.last_used_at), secret.last_used_from, to_parameter(secret.replaced_at),
       to_parameter(secret.until_idle), to_parameter(secret.due_at)});
  if (!inserted) return failed(inserted);
  if (*inserted == 0) return failure(ErrorCode::not_found, "no such API user");
  return {};
}

Result<void> SqlClientCredentialRepository::update(const Uuid& project,
                                                   const ClientCredential& secret) {
  return change_one(connection_, kUpdateCredential,
                    {project.text(), secret.id.text(), secret.slot.base().number,
                     to_generation_column(secret.slot), to_parameter(secret.works_until),
                     to_parameter(secret.revoked_at), to_parameter(secret.replaced_at),
                     to_parameter(secret.until_idle), to_parameter(secret.due_at)},
                    "no such secret");
}

Result<void> SqlClientCredentialRepository::erase(const Uuid& project, const CredentialId& id) {
  return change_one(connection_, kEraseCredential, {project.text(), id.text()}, "no such secret");
}

Result<std::vector<ClientCredential>> SqlClientCredentialRepository::list_of_holders(
    const Uuid& project, const Uuid& role, Timestamp now) {
  return find_all(connection_, kListCredentialsOfHolders,
                  {project.text(), role.text(), to_unix_millis(now)}, read_owned_credential);
}

Result<std::vector<Result<DueCredential>>> SqlClientCredentialRepository::list_due(
    Timestamp now, std::int64_t limit) {
  return find_all(connection_, kListDue, {to_unix_millis(now), limit}, try_due_secret);
}

Result<void> SqlClientCredentialRepository::record_uses(std::span<const CredentialUse> uses) {
  for (const CredentialUse& use : uses) {
    auto recorded =
        execute(connection_, kRecordUse,
                {use.project.text(), use.credential.text(), to_unix_millis(use.at), use.from});
    if (!recorded) return recorded;
  }
  return {};
}

Result<std::optional<ClientRecord>> SqlClientCredentialRepository::find_client_record(
    const ProjectName& project, const CredentialId& id) {
  return find_one(connection_, kFindClientRecord, {project.text(), id.text()}, read_client_record);
}

}  // namespace ptkl::storage
