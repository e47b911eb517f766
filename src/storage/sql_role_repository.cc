#include <set>
#include <utility>

#include "storage/keyset.h"
#include "storage/sql_repositories.h"
#include "storage/sql_rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kInsert{
    "INSERT INTO roles (project_id, id, name, permissions, workspaces, level, version,"
    " created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr SqlStatement kFind{"SELECT " PTKL_ROLE_COLUMNS
                             " FROM roles WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kList{"SELECT " PTKL_ROLE_COLUMNS
                             " FROM roles WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3"};
constexpr SqlStatement kListOf{
    "SELECT " PTKL_ROLE_COLUMNS
    " FROM api_user_roles JOIN roles ON roles.project_id = api_user_roles.project_id"
    " AND roles.id = api_user_roles.role_id"
    " WHERE api_user_roles.project_id = $1 AND api_user_roles.api_user_id = $2"};
constexpr SqlStatement kUpdate{
    "UPDATE roles SET permissions = $3, workspaces = $4, level = $5, version = $6,"
    " updated_at = $7 WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kChangeHolders{
    "UPDATE api_users SET version = version + 1, updated_at = $3 WHERE project_id = $1 AND id IN"
    " (SELECT api_user_id FROM api_user_roles WHERE project_id = $1 AND role_id = $2)"};
constexpr SqlStatement kTakeFromHolders{
    "DELETE FROM api_user_roles WHERE project_id = $1 AND role_id = $2"};
constexpr SqlStatement kErase{"DELETE FROM roles WHERE project_id = $1 AND id = $2"};
constexpr SqlStatement kCountHolders{
    "SELECT COUNT(*) FROM api_user_roles WHERE project_id = $1 AND role_id = $2"};
constexpr SqlStatement kListHoldings{
    "SELECT held.api_user_id, held.role_id"
    " FROM api_user_roles AS holder CROSS JOIN api_user_roles AS held"
    " WHERE holder.project_id = $1 AND holder.role_id = $2"
    " AND held.project_id = $1 AND held.api_user_id = holder.api_user_id"
    " ORDER BY held.api_user_id, held.role_id"};

constexpr const char* kMissing = "no such role";

struct Holding {
  Uuid api_user;
  Uuid role;
};

Result<Holding> read_holding(ColumnReader& columns) {
  const auto api_user = columns.parsed(Uuid::parse);
  const auto role = columns.parsed(Uuid::parse);
  if (!columns.ok()) return columns.failure();
  return Holding{*api_user, *role};
}

}  // namespace

Result<void> SqlRoleRepository::insert(const Uuid& project, const Role& role) {
  return insert_one(connection_, kInsert,
                    {project.text(), role.id.text(), role.name.text(), role.permissions.text(),
                     to_text(role.workspaces), std::int64_t{role.level.value()}, role.version,
                     to_unix_millis(role.created_at), to_unix_millis(role.updated_at)},
                    "the role's name is taken");
}

Result<std::optional<Role>> SqlRoleRepository::find(const Uuid& project, const Uuid& id) {
  return find_one(connection_, kFind, {project.text(), id.text()}, read_role);
}

Result<Page<Role>> SqlRoleRepository::list(const Uuid& project, const PageRequest& page) {
  auto rows = find_all(connection_, kList, {project.text(), key_before(page), rows_wanted(page)},
                       read_role);
  if (!rows) return failure(std::move(rows.error()));
  return cut_page(std::move(*rows), page, [](const Role& role) { return role.id; });
}

Result<std::vector<Role>> SqlRoleRepository::list_of(const Uuid& project, const Uuid& api_user) {
  auto roles = find_all(connection_, kListOf, {project.text(), api_user.text()}, read_role);
  if (roles) sort_by_name(*roles);
  return roles;
}

Result<void> SqlRoleRepository::update(const Uuid& project, const Role& role) {
  return change_one(
      connection_, kUpdate,
      {project.text(), role.id.text(), role.permissions.text(), to_text(role.workspaces),
       std::int64_t{role.level.value()}, role.version, to_unix_millis(role.updated_at)},
      kMissing);
}

Result<void> SqlRoleRepository::erase(const Uuid& project, const Uuid& id, Timestamp now) {
  const std::string project_id = project.text();
  const std::string role_id = id.text();
  auto done = execute(connection_, kChangeHolders, {project_id, role_id, to_unix_millis(now)});
  if (done) done = execute(connection_, kTakeFromHolders, {project_id, role_id});
  if (!done) return done;
  return change_one(connection_, kErase, {project_id, role_id}, kMissing);
}

Result<std::int64_t> SqlRoleRepository::count_holders(const Uuid& project, const Uuid& id) {
  return find_integer(connection_, kCountHolders, {project.text(), id.text()});
}

Result<std::vector<std::vector<Uuid>>> SqlRoleRepository::list_holdings(const Uuid& project,
                                                                        const Uuid& id) {
  const auto rows = find_all(connection_, kListHoldings, {project.text(), id.text()}, read_holding);
  if (!rows) return failure(rows.error());
  std::set<std::vector<Uuid>> holdings;
  for (auto row = rows->begin(); row != rows->end();) {
    std::vector<Uuid> roles;
    for (const Uuid holder = row->api_user; row != rows->end() && row->api_user == holder; ++row) {
      roles.push_back(row->role);
    }
    holdings.insert(std::move(roles));
  }
  return std::vector<std::vector<Uuid>>(holdings.begin(), holdings.end());
}

}  // namespace ptkl::storage
