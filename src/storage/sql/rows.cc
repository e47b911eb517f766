#include "storage/sql/rows.h"

#include <algorithm>

#include <fmt/core.h>

namespace ptkl::storage {
namespace {

Result<CredentialVerifier> read_verifier(ColumnReader& columns) {
  const std::int64_t kind = columns.integer();
  const auto hash = columns.parsed(parse_digest);
  std::string hint = columns.text();
  if (kind != static_cast<std::int64_t>(CredentialKind::secret)) {
    return failure(ErrorCode::internal,
                   fmt::format("a client credential has the unknown kind {}", kind));
  }
  if (!columns.ok()) return columns.failure();
  return CredentialVerifier(SharedSecret{*hash, std::move(hint)});
}

}  // namespace

std::optional<Timestamp> ColumnReader::optional_time() {
  if (!next_is_null()) return time();
  ++column_;
  return std::nullopt;
}

std::optional<std::chrono::seconds> ColumnReader::optional_seconds() {
  if (!next_is_null()) return std::chrono::seconds(integer());
  ++column_;
  return std::nullopt;
}

tl::unexpected<Error> ColumnReader::failure() const {
  return ptkl::failure(ErrorCode::internal, fmt::format("column {} of a stored row is invalid",
                                                        broken_column_.value_or(-1)));
}

Result<Project> read_project(ColumnReader& columns) {
  const auto id = columns.parsed(Uuid::parse);
  auto name = columns.parsed(ProjectName::parse);
  const std::chrono::seconds token_lifetime(columns.integer());
  auto resources = columns.parsed(AudienceSet::parse);
  const Timestamp created_at = columns.time();
  const auto signing_algorithm = columns.parsed(parse_signing_algorithm);
  const std::int64_t rights_version = columns.integer();
  if (!columns.ok()) return columns.failure();
  return Project{*id,        std::move(*name),   token_lifetime, std::move(*resources),
                 created_at, *signing_algorithm, rights_version};
}

Result<ApiUser> read_api_user(ColumnReader& columns) {
  const auto id = columns.parsed(Uuid::parse);
  auto username = columns.parsed(Username::parse);
  std::string description = columns.text();
  const auto status = columns.parsed(parse_api_user_status);
  const std::int64_t version = columns.integer();
  const Timestamp created_at = columns.time();
  const Timestamp updated_at = columns.time();
  if (!columns.ok()) return columns.failure();
  return ApiUser{
      *id, std::move(*username), std::move(description), *status, version, created_at, updated_at};
}

Result<Role> read_role(ColumnReader& columns) {
  const auto id = columns.parsed(Uuid::parse);
  auto name = columns.parsed(RoleName::parse);
  auto permissions = columns.parsed(PermissionSet::parse);
  auto workspaces = columns.parsed(parse_workspaces);
  const auto level = columns.parsed(AccessLevel::parse);
  const std::int64_t version = columns.integer();
  const Timestamp created_at = columns.time();
  const Timestamp updated_at = columns.time();
  const std::int64_t pending_status_updates = columns.integer();
  if (!columns.ok()) return columns.failure();
  return Role{*id,
              std::move(*name),
              std::move(*permissions),
              std::move(*workspaces),
              *level,
              version,
              created_at,
              updated_at,
              pending_status_updates};
}

Result<Uuid> read_id(ColumnReader& columns) {
  const auto id = columns.parsed(Uuid::parse);
  if (!columns.ok()) return columns.failure();
  return *id;
}

Result<HeldRole> read_held_role(ColumnReader& columns) {
  const auto holder = read_id(columns);
  if (!holder) return failed(holder);
  if (columns.integer() != 0) return HeldRole{*holder, std::nullopt};
  auto role = read_role(columns);
  if (!role) return failed(role);
  return HeldRole{*holder, std::move(*role)};
}

Result<RoleOfHolder> read_role_of_holder(ColumnReader& columns) {
  const bool deleted = columns.integer() != 0;
  const std::int64_t min_rights_version = columns.integer();
  const std::int64_t pending_changes = columns.integer();
  RoleOfHolder row{min_rights_version, pending_changes, std::nullopt};
  if (deleted) return row;
  auto role = read_role(columns);
  if (!role) return failed(role);
  row.role = std::move(*role);
  return row;
}

void add_role(HeldRoles& held, RoleOfHolder&& row) {
  held.min_rights_version = std::max(held.min_rights_version, row.min_rights_version);
  held.pending_changes += row.pending_changes;
  if (row.role) held.roles.push_back(std::move(*row.role));
}

Result<ClientCredential> read_client_credential(ColumnReader& columns, const Uuid& api_user) {
  auto id = columns.parsed(CredentialId::parse);
  auto verifier = read_verifier(columns);
  if (!verifier) return failed(verifier);
  std::string label = columns.text();
  const StatusSlot base{columns.integer()};
  const StatusSlot slot = base.later(columns.integer());
  const Timestamp created_at = columns.time();
  const auto expires_at = columns.optional_time();
  const auto works_until = columns.optional_time();
  const auto revoked_at = columns.optional_time();
  const auto last_used_at = columns.optional_time();
  std::string last_used_from = columns.text();
  const auto replaced_at = columns.optional_time();
  const auto until_idle = columns.optional_seconds();
  const auto due_at = columns.optional_time();
  if (!columns.ok()) return columns.failure();
  return ClientCredential{std::move(*id),
                          api_user,
                          std::move(*verifier),
                          std::move(label),
                          slot,
                          created_at,
                          expires_at,
                          works_until,
                          revoked_at,
                          last_used_at,
                          std::move(last_used_from),
                          replaced_at,
                          until_idle,
                          due_at};
}

Result<ClientCredential> read_owned_credential(ColumnReader& columns) {
  const auto api_user = columns.parsed(Uuid::parse);
  if (!columns.ok()) return columns.failure();
  return read_client_credential(columns, *api_user);
}

Result<SigningKey> read_signing_key(ColumnReader& columns, const Uuid& project) {
  std::string kid = columns.text();
  const auto algorithm = columns.parsed(parse_signing_algorithm);
  std::string wrapped_key = columns.text();
  std::string public_jwk = columns.text();
  const Timestamp created_at = columns.time();
  if (!columns.ok()) return columns.failure();
  return SigningKey{
      project,   std::move(kid), *algorithm, std::move(wrapped_key), std::move(public_jwk),
      created_at};
}

Result<ClientRecord> read_client_record(ColumnReader& columns) {
  auto project = read_project(columns);
  if (!project) return failed(project);
  auto user = read_api_user(columns);
  if (!user) return failed(user);
  auto credential = read_client_credential(columns, user->id);
  if (!credential) return failed(credential);
  auto signing_key = read_signing_key(columns, project->id);
  if (!signing_key) return failed(signing_key);
  return ClientRecord{std::move(*project), std::move(*user), std::move(*credential),
                      std::move(*signing_key)};
}

Result<User> read_user(ColumnReader& columns) {
  const auto id = columns.parsed(Uuid::parse);
  auto email = columns.parsed(Email::parse);
  const std::int64_t version = columns.integer();
  const Timestamp created_at = columns.time();
  const Timestamp updated_at = columns.time();
  const auto invitation_expires_at = columns.optional_time();
  const auto last_login_at = columns.optional_time();
  std::string last_login_from = columns.text();
  if (!columns.ok()) return columns.failure();
  return User{*id,        std::move(*email),     version,       created_at,
              updated_at, invitation_expires_at, last_login_at, std::move(last_login_from)};
}

Result<Session> read_session(ColumnReader& columns) {
  const auto id = columns.parsed(Uuid::parse);
  const auto user = columns.parsed(Uuid::parse);
  const StatusSlot slot{columns.integer()};
  const Timestamp created_at = columns.time();
  const Timestamp expires_at = columns.time();
  const std::int64_t rights_version = columns.integer();
  if (!columns.ok()) return columns.failure();
  return Session{*id, *user, slot, created_at, expires_at, rights_version};
}

Result<Digest> parse_digest(std::string_view text) {
  auto bytes = from_base64url(text);
  if (!bytes) return failed(bytes);
  Digest digest{};
  if (bytes->size() != digest.size()) return failure(ErrorCode::internal, "not a digest");
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

void sort_by_name(std::vector<Role>& roles) {
  std::sort(roles.begin(), roles.end(), [](const Role& left, const Role& right) {
    return left.name.text() < right.name.text();
  });
}

SqlParameter to_parameter(const std::optional<Timestamp>& time) {
  if (!time) return std::monostate();
  return to_unix_millis(*time);
}

SqlParameter to_parameter(const std::optional<std::chrono::seconds>& duration) {
  if (!duration) return std::monostate();
  return std::int64_t{duration->count()};
}

Result<void> execute(SqlConnection& connection, SqlStatement statement, Parameters parameters) {
  auto changed = change(connection, statement, parameters);
  if (!changed) return failed(changed);
  return {};
}

Result<std::int64_t> change(SqlConnection& connection, SqlStatement statement,
                            Parameters parameters) {
  return connection.run(statement, {parameters.begin(), parameters.size()}, {});
}

Result<void> change_one(SqlConnection& connection, SqlStatement statement, Parameters parameters,
                        const char* missing) {
  auto changed = change(connection, statement, parameters);
  if (!changed) return failed(changed);
  if (*changed == 0) return failure(ErrorCode::not_found, missing);
  return {};
}

Result<void> insert_one(SqlConnection& connection, SqlStatement statement, Parameters parameters,
                        const char* taken) {
  auto inserted = change(connection, statement, parameters);
  if (!inserted) return failed(inserted);
  if (*inserted == 0) return failure(ErrorCode::conflict, taken);
  return {};
}

Result<std::int64_t> find_integer(SqlConnection& connection, SqlStatement statement,
                                  Parameters parameters) {
  std::int64_t number = 0;
  auto done = connection.run(statement, {parameters.begin(), parameters.size()},
                             [&number](const SqlRow& row) { number = row.integer(0); });
  if (!done) return failed(done);
  return number;
}

}  // namespace ptkl::storage
