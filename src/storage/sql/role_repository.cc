#include <algorithm>
#include <set>
#include <utility>

#include "storage/sql/keyset.h"
#include "storage/sql/repositories.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsertRole{
    "INSERT INTO roles (project_id, id, name, permissions, workspaces, level, version,"
    " created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT DO NOTHING"};
constexpr SqlStatement kFindRole{"SELECT " PTKL_ROLE_COLUMNS
                                 " FROM roles WHERE project_id = $1 AND id = $2 AND deleted = 0"};
// No name is the id of a deleted role.
constexpr SqlStatement kFindRoleId{"SELECT id FROM roles WHERE project_id = $1 AND name = $2"};
constexpr SqlStatement kListRoles{
    "SELECT " PTKL_ROLE_COLUMNS
    " FROM roles WHERE project_id = $1 AND id > $2 AND deleted = 0 ORDER BY id LIMIT $3"};
constexpr SqlStatement kListRolesOf{PTKL_LIST_ROLES_OF_API_USER("$1", "$2")};
constexpr SqlStatement kListOfUser{PTKL_LIST_ROLES_OF_USER("$1", "$2")};
constexpr SqlStatement kUpdateRole{
    "UPDATE roles SET permissions = $3, workspaces = $4, level = $5, version = $6,"
    " updated_at = $7 WHERE project_id = $1 AND id = $2 AND deleted = 0"};
constexpr SqlStatement kMarkDeleted{
    "UPDATE roles SET deleted = 1, name = id, permissions = '', workspaces = '', level = 0"
    " WHERE project_id = $1 AND id = $2 AND deleted = 0 AND pending_changes > 0"};
constexpr SqlStatement kCountPendingChanges{
    "SELECT pending_changes FROM roles WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kChangeApiUsers{
    "UPDATE api_users SET version = version + 1, updated_at = $3 WHERE project_id = $1 AND id IN"
    " (SELECT api_user_id FROM api_user_roles WHERE project_id = $1 AND role_id = $2)"};
constexpr SqlStatement kTakeFromApiUsers{
    "DELETE FROM api_user_roles WHERE project_id = $1 AND role_id = $2"};
constexpr SqlStatement kChangeUsers{
    "UPDATE users SET version = version + 1, updated_at = $3 WHERE project_id = $1 AND id IN"
    " (SELECT user_id FROM user_roles WHERE project_id = $1 AND role_id = $2)"};
constexpr SqlStatement kTakeFromUsers{
    "DELETE FROM user_roles WHERE project_id = $1 AND role_id = $2"};
constexpr SqlStatement kEraseRole{"DELETE FROM roles WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kCountHolders{
    "SELECT (SELECT COUNT(*) FROM api_user_roles WHERE project_id = $1 AND role_id = $2),"
    " (SELECT COUNT(*) FROM user_roles WHERE project_id = $1 AND role_id = $2)"};
constexpr SqlStatement kCountFirstHolders{
    "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM api_user_roles"
    "  WHERE project_id = $1 AND role_id = $2 LIMIT $3) AS first_api_users)"
    " + (SELECT COUNT(*) FROM (SELECT 1 FROM user_roles"
    "  WHERE project_id = $1 AND role_id = $2 LIMIT $3) AS first_users)"};
constexpr SqlStatement kListHoldingsOfApiUsers{
    "SELECT held.api_user_id, held.role_id FROM (SELECT api_user_id FROM api_user_roles"
    " WHERE project_id = $1 AND role_id = $2 AND api_user_id > $3"
    " ORDER BY api_user_id LIMIT $4) AS holders CROSS JOIN api_user_roles AS held"
    " WHERE held.project_id = $1 AND held.api_user_id = holders.api_user_id"
    " ORDER BY held.api_user_id, held.role_id"};
constexpr SqlStatement kListHoldingsOfUsers{
    "SELECT held.user_id, held.role_id FROM (SELECT user_id FROM user_roles"
    " WHERE project_id = $1 AND role_id = $2 AND user_id > $3"
    " ORDER BY user_id LIMIT $4) AS holders CROSS JOIN user_roles AS held"
    " WHERE held.project_id = $1 AND held.user_id = holders.user_id"
    " ORDER BY held.user_id, held.role_id"};
// From the roles with `*`, which are few, to their holders. In a stored list `*` comes first, because it
// sorts before every other permission.
#define PTKL_OWNING_API_USERS                                                                  \
  " WHERE roles.project_id = $1 AND (roles.permissions = '*' OR roles.permissions LIKE '* %')" \
  " AND roles.id <> $4"                                                                        \
  " AND api_user_roles.project_id = $1 AND api_user_roles.role_id = roles.id"                  \
  " AND api_users.project_id = $1 AND api_users.id = api_user_roles.api_user_id"               \
  " AND api_users.id <> $3 AND api_users.status = 'active' AND api_users.deleted_at IS NULL"   \
  " AND client_credentials.project_id = $1 AND client_credentials.api_user_id = api_users.id"  \
  " AND client_credentials.revoked_at IS NULL"                                                 \
  " AND (client_credentials.expires_at IS NULL OR client_credentials.expires_at > $2)"         \
  " AND client_credentials.works_until IS NULL"
constexpr SqlStatement kFindOwnerApiUserLevel{
    "SELECT held.level"
    " FROM roles CROSS JOIN api_user_roles CROSS JOIN api_users CROSS JOIN client_credentials"
    " CROSS JOIN api_user_roles AS holdings CROSS JOIN roles AS held" PTKL_OWNING_API_USERS
    " AND holdings.project_id = $1 AND holdings.api_user_id = api_users.id"
    " AND held.project_id = $1 AND held.id = holdings.role_id AND held.id <> $4"
    " ORDER BY held.level DESC LIMIT 1"};
// Nearly always there is an owner whose `*` comes with the highest level of all roles. It is found without reading all
// owners.
constexpr SqlStatement kFindHighestOwner{
    "SELECT roles.level FROM roles CROSS JOIN api_user_roles CROSS JOIN api_users"
    " CROSS JOIN client_credentials" PTKL_OWNING_API_USERS
    " AND roles.level = (SELECT MAX(level) FROM roles WHERE project_id = $1 AND id <> $4)"
    " LIMIT 1"};
constexpr SqlStatement kFindOwnerUserLevel{
    "SELECT held.level"
    " FROM roles CROSS JOIN user_roles CROSS JOIN users"
    " CROSS JOIN user_roles AS holdings CROSS JOIN roles AS held"
    " WHERE roles.project_id = $1 AND (roles.permissions = '*' OR roles.permissions LIKE '* %')"
    " AND roles.id <> $3"
    " AND user_roles.project_id = $1 AND user_roles.role_id = roles.id"
    " AND users.project_id = $1 AND users.id = user_roles.user_id"
    " AND users.id <> $2 AND users.password_hash <> ''"
    " AND holdings.project_id = $1 AND holdings.user_id = users.id"
    " AND held.project_id = $1 AND held.id = holdings.role_id AND held.id <> $3"
    " ORDER BY held.level DESC LIMIT 1"};

constexpr const char* kMissingRole = "no such role";

struct Holding {
  Uuid holder;
  Uuid role;
};

Result<Holding> read_holding(ColumnReader& columns) {
  const auto holder = columns.parsed(Uuid::parse);
  const auto role = columns.parsed(Uuid::parse);
  if (!columns.ok()) return columns.failure();
  return Holding{*holder, *role};
}

Result<RoleHolders> read_holders(ColumnReader& columns) {
  const std::int64_t api_users = columns.integer();
  const std::int64_t users = columns.integer();
  return RoleHolders{api_users, users};
}

Result<AccessLevel> read_level(ColumnReader& columns) {
  const auto level = columns.parsed(AccessLevel::parse);
  if (!columns.ok()) return columns.failure();
  return *level;
}

struct RoleKey {
  std::string project;
  std::string role;
};

/// Adds the distinct sets of roles that the holders have. Reads some holders at a time, because a result takes memory,
/// and so does sorting it.
Result<void> collect_holdings(SqlConnection& connection, SqlStatement statement, const RoleKey& key,
                              std::set<std::vector<Uuid>>& holdings) {
  constexpr std::int64_t kHoldersAtOnce = 1000;
  std::string last_holder;
  for (bool any = true; any;) {
    any = false;
    std::optional<Uuid> holder;
    std::vector<Uuid> roles;
    const auto add = [&](Holding&& row) {
      if (holder && *holder != row.holder) {
        holdings.insert(roles);
        roles.clear();
      }
      holder = row.holder;
      roles.push_back(row.role);
    };
    auto done = for_each(connection, statement,
                         {key.project, key.role, last_holder, kHoldersAtOnce}, read_holding, add);
    if (!done) return done;
    if (!holder) continue;
    holdings.insert(roles);
    last_holder = holder->text();
    any = true;
  }
  return {};
}

Result<HeldRoles> list_held(SqlConnection& connection, SqlStatement statement,
                            Parameters parameters) {
  HeldRoles held;
  auto done = for_each(connection, statement, parameters, read_role_of_holder,
                       [&held](RoleOfHolder&& row) { add_role(held, std::move(row)); });
  if (!done) return failed(done);
  sort_by_name(held.roles);
  return held;
}

}  // namespace

Result<void> SqlRoleRepository::insert(const Uuid& project, const Role& role) {
  return insert_one(connection_, kInsertRole,
                    {project.text(), role.id.text(), role.name.text(), role.permissions.text(),
                     to_text(role.workspaces), std::int64_t{role.level.value()}, role.version,
                     to_unix_millis(role.created_at), to_unix_millis(role.updated_at)},
                    "the role's name is taken");
}

Result<std::optional<Role>> SqlRoleRepository::find(const Uuid& project, const Uuid& id) {
  return find_one(connection_, kFindRole, {project.text(), id.text()}, read_role);
}

Result<std::optional<Uuid>> SqlRoleRepository::find_id(const Uuid& project, const RoleName& name) {
  return find_one(connection_, kFindRoleId, {project.text(), name.text()}, read_id);
}

Result<Page<Role>> SqlRoleRepository::list(const Uuid& project, const PageRequest& page) {
  auto rows = find_all(connection_, kListRoles, {project.text(), key_before(page), row_limit(page)},
                       read_role);
  if (!rows) return failed(rows);
  return cut_page(std::move(*rows), page, [](const Role& role) { return role.id; });
}

Result<HeldRoles> SqlRoleRepository::list_of(const Uuid& project, const Uuid& api_user) {
  return list_held(connection_, kListRolesOf, {project.text(), api_user.text()});
}

Result<HeldRoles> SqlRoleRepository::list_of_user(const Uuid& project, const Uuid& user) {
  return list_held(connection_, kListOfUser, {project.text(), user.text()});
}

Result<void> SqlRoleRepository::update(const Uuid& project, const Role& role) {
  return change_one(
      connection_, kUpdateRole,
      {project.text(), role.id.text(), role.permissions.text(), to_text(role.workspaces),
       std::int64_t{role.level.value()}, role.version, to_unix_millis(role.updated_at)},
      kMissingRole);
}

Result<void> SqlRoleRepository::erase(const Uuid& project, const Uuid& id, Timestamp now) {
  const std::string project_id = project.text();
  const std::string role_id = id.text();
  const std::int64_t changed_at = to_unix_millis(now);
  auto done = execute(connection_, kChangeApiUsers, {project_id, role_id, changed_at});
  if (done) done = execute(connection_, kTakeFromApiUsers, {project_id, role_id});
  if (done) done = execute(connection_, kChangeUsers, {project_id, role_id, changed_at});
  if (done) done = execute(connection_, kTakeFromUsers, {project_id, role_id});
  if (!done) return done;
  return change_one(connection_, kEraseRole, {project_id, role_id}, kMissingRole);
}

Result<void> SqlRoleRepository::mark_deleted(const Uuid& project, const Uuid& id) {
  return change_one(connection_, kMarkDeleted, {project.text(), id.text()}, kMissingRole);
}

Result<bool> SqlRoleRepository::has_more_holders(const Uuid& project, const Uuid& id,
                                                 std::int64_t limit) {
  const auto count =
      find_integer(connection_, kCountFirstHolders, {project.text(), id.text(), limit + 1});
  if (!count) return failed(count);
  return *count > limit;
}

Result<bool> SqlRoleRepository::has_pending_change(const Uuid& project, const Uuid& id) {
  const auto count = find_integer(connection_, kCountPendingChanges, {project.text(), id.text()});
  if (!count) return failed(count);
  return *count > 0;
}

Result<RoleHolders> SqlRoleRepository::count_holders(const Uuid& project, const Uuid& id) {
  auto holders = find_one(connection_, kCountHolders, {project.text(), id.text()}, read_holders);
  if (!holders) return failed(holders);
  return holders->value_or(RoleHolders{});
}

Result<std::vector<std::vector<Uuid>>> SqlRoleRepository::list_holdings(const Uuid& project,
                                                                        const Uuid& id) {
  std::set<std::vector<Uuid>> holdings;
  for (const SqlStatement& statement : {kListHoldingsOfApiUsers, kListHoldingsOfUsers}) {
    auto done = collect_holdings(connection_, statement, {project.text(), id.text()}, holdings);
    if (!done) return failed(done);
  }
  return std::vector<std::vector<Uuid>>(holdings.begin(), holdings.end());
}

Result<std::optional<AccessLevel>> SqlRoleRepository::find_owner_level(const Uuid& project,
                                                                       Timestamp now,
                                                                       const OwnerFilter& without) {
  // No id is the empty text.
  const std::string principal = without.exclude_principal ? without.exclude_principal->text() : "";
  const std::string role = without.exclude_role ? without.exclude_role->text() : "";
  auto highest = find_one(connection_, kFindHighestOwner,
                          {project.text(), to_unix_millis(now), principal, role}, read_level);
  if (!highest || *highest) return highest;
  auto of_api_users = find_one(connection_, kFindOwnerApiUserLevel,
                               {project.text(), to_unix_millis(now), principal, role}, read_level);
  if (!of_api_users) return of_api_users;
  auto of_users =
      find_one(connection_, kFindOwnerUserLevel, {project.text(), principal, role}, read_level);
  if (!of_users) return of_users;
  // An absent level is less than any other.
  return std::max(*of_api_users, *of_users);
}

}  // namespace ptkl::storage
