#include <map>

#include "storage/sql/keyset.h"
#include "storage/sql/repositories.h"
#include "storage/sql/role_rows.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertApiUser{
    "INSERT INTO api_users (project_id, id, username, description, status, version, created_at,"
    " updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindApiUser{"SELECT " PTKL_API_USER_COLUMNS
                                    " FROM api_users WHERE project_id = $1 AND id = $2"
                                    " AND deleted_at IS NULL"};
constexpr SqlStatement kFindApiUserId{
    "SELECT id FROM api_users WHERE project_id = $1 AND username = $2 AND deleted_at IS NULL"};
constexpr SqlStatement kListApiUsers{"SELECT " PTKL_API_USER_COLUMNS
                                     " FROM api_users WHERE project_id = $1 AND id > $2"
                                     " AND deleted_at IS NULL ORDER BY id LIMIT $3"};
constexpr SqlStatement kListApiUserRoles{
    "SELECT api_user_roles.api_user_id, roles.deleted, " PTKL_ROLE_COLUMNS
    " FROM api_user_roles JOIN roles ON roles.project_id = api_user_roles.project_id"
    " AND roles.id = api_user_roles.role_id"
    " WHERE api_user_roles.project_id = $1 AND api_user_roles.api_user_id BETWEEN $2 AND $3"};
constexpr SqlStatement kListSecrets{
    "SELECT client_credentials.api_user_id, " PTKL_CREDENTIAL_COLUMNS
    " FROM client_credentials WHERE project_id = $1 AND api_user_id BETWEEN $2 AND $3"
    " ORDER BY api_user_id DESC, number DESC"};
constexpr SqlStatement kUpdateApiUser{
    "UPDATE api_users SET description = $3, status = $4, version = $5, updated_at = $6"
    " WHERE project_id = $1 AND id = $2 AND deleted_at IS NULL"};
constexpr SqlStatement kListApiUserRoleIds{
    "SELECT api_user_roles.role_id FROM api_user_roles JOIN roles"
    " ON roles.project_id = api_user_roles.project_id AND roles.id = api_user_roles.role_id"
    " WHERE api_user_roles.project_id = $1 AND api_user_roles.api_user_id = $2 AND roles.deleted = "
    "0"};
constexpr SqlStatement kRemoveApiUserRole{
    "DELETE FROM api_user_roles WHERE project_id = $1 AND api_user_id = $2 AND role_id = $3"};
constexpr SqlStatement kRemoveApiUserRoles{
    "DELETE FROM api_user_roles WHERE project_id = $1 AND api_user_id = $2"};
// Selected from both tables, so that a deleted API user gets none.
constexpr SqlStatement kAddApiUserRole{
    "INSERT INTO api_user_roles (project_id, api_user_id, role_id, assigned_at_version)"
    " SELECT api_users.project_id, api_users.id, roles.id," PTKL_ASSIGNED_AT_VERSION
    " FROM api_users JOIN roles ON roles.project_id = api_users.project_id"
    " JOIN projects ON projects.id = api_users.project_id"
    " WHERE api_users.project_id = $1 AND api_users.id = $2 AND api_users.deleted_at IS NULL"
    " AND roles.id = $3 AND roles.deleted = 0"};
constexpr SqlStatement kRemoveSecrets{
    "DELETE FROM client_credentials WHERE project_id = $1 AND api_user_id = $2"};
constexpr SqlStatement kEraseApiUser{
    "UPDATE api_users SET description = '', status = 'disabled', version = 0, created_at = $3,"
    " updated_at = $3, deleted_at = $3"
    " WHERE project_id = $1 AND id = $2 AND deleted_at IS NULL"};
constexpr const char* kMissingApiUser = "no such API user";

using DetailsById = std::map<Uuid, ApiUserDetails*>;

Result<void> add_roles(SqlConnection& connection, Parameters range, const DetailsById& details) {
  auto rows = find_all(connection, kListApiUserRoles, range, read_held_role);
  if (!rows) return failed(rows);
  for (HeldRole& row : *rows) {
    const auto owner = details.find(row.holder);
    if (owner == details.end()) continue;
    if (row.role) {
      owner->second->roles.push_back(std::move(*row.role));
    } else {
      // Counts as a change of the API user before a step stores it.
      ++owner->second->user.version;
    }
  }
  for (const auto& [id, user] : details) sort_by_name(user->roles);
  return {};
}

Result<void> add_secrets(SqlConnection& connection, Parameters range, const DetailsById& details) {
  auto rows = find_all(connection, kListSecrets, range, read_owned_credential);
  if (!rows) return failed(rows);
  for (ClientCredential& secret : *rows) {
    const auto owner = details.find(secret.api_user);
    if (owner != details.end()) owner->second->secrets.push_back(std::move(secret));
  }
  return {};
}

/// Roles and secrets of `users`, which are sorted by id, in two statements.
Result<std::vector<ApiUserDetails>> with_details(SqlConnection& connection, const Uuid& project,
                                                 std::vector<ApiUser> users) {
  std::vector<ApiUserDetails> details;
  if (users.empty()) return details;
  details.reserve(users.size());
  DetailsById by_id;
  for (ApiUser& user : users) {
    details.push_back({std::move(user), {}, {}});
    by_id.emplace(details.back().user.id, &details.back());
  }

  const std::string project_id = project.text();
  const std::string first = details.front().user.id.text();
  const std::string last = details.back().user.id.text();
  auto added = add_roles(connection, {project_id, first, last}, by_id);
  if (added) added = add_secrets(connection, {project_id, first, last}, by_id);
  if (!added) return failed(added);
  return details;
}

}  // namespace

Result<void> SqlApiUserRepository::insert(const Uuid& project, const ApiUser& user) {
  return insert_one(
      connection_, kInsertApiUser,
      {project.text(), user.id.text(), user.username.text(), user.description, to_text(user.status),
       user.version, to_unix_millis(user.created_at), to_unix_millis(user.updated_at)},
      "the username is taken, or was used before: usernames are not reused");
}

Result<std::optional<ApiUserDetails>> SqlApiUserRepository::find(const Uuid& project,
                                                                 const Uuid& id) {
  auto users = find_all(connection_, kFindApiUser, {project.text(), id.text()}, read_api_user);
  if (!users) return failed(users);
  auto details = with_details(connection_, project, std::move(*users));
  if (!details) return failed(details);
  if (details->empty()) return std::optional<ApiUserDetails>();
  return std::optional<ApiUserDetails>(std::move(details->front()));
}

Result<std::optional<Uuid>> SqlApiUserRepository::find_id(const Uuid& project,
                                                          const Username& username) {
  return find_one(connection_, kFindApiUserId, {project.text(), username.text()}, read_id);
}

Result<Page<ApiUserDetails>> SqlApiUserRepository::list(const Uuid& project,
                                                        const PageRequest& page) {
  auto users = find_all(connection_, kListApiUsers,
                        {project.text(), key_before(page), row_limit(page)}, read_api_user);
  if (!users) return failed(users);
  auto cut = cut_page(std::move(*users), page, [](const ApiUser& user) { return user.id; });
  auto details = with_details(connection_, project, std::move(cut.items));
  if (!details) return failed(details);
  return Page<ApiUserDetails>{std::move(*details), cut.next};
}

Result<void> SqlApiUserRepository::update(const Uuid& project, const ApiUser& user) {
  return change_one(connection_, kUpdateApiUser,
                    {project.text(), user.id.text(), user.description, to_text(user.status),
                     user.version, to_unix_millis(user.updated_at)},
                    kMissingApiUser);
}

Result<void> SqlApiUserRepository::replace_roles(const Uuid& project, const Uuid& id,
                                                 std::span<const Uuid> roles) {
  return replace_role_rows(connection_,
                           {.list = kListApiUserRoleIds,
                            .remove = kRemoveApiUserRole,
                            .add = kAddApiUserRole,
                            .missing = "no such API user or role"},
                           {project, id, roles});
}

Result<void> SqlApiUserRepository::erase(const Uuid& project, const Uuid& id, Timestamp now) {
  const std::string project_id = project.text();
  const std::string user_id = id.text();
  auto removed = execute(connection_, kRemoveApiUserRoles, {project_id, user_id});
  if (removed) removed = execute(connection_, kRemoveSecrets, {project_id, user_id});
  if (!removed) return removed;
  return change_one(connection_, kEraseApiUser, {project_id, user_id, to_unix_millis(now)},
                    kMissingApiUser);
}

}  // namespace ptkl::storage
