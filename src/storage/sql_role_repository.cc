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

}  // namespace ptkl::storage
