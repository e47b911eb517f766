#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/role.h"
#include "cli/commands/role/status_updates.h"

namespace ptkl::cli::role {

void List::declare(Options& options) {
  options.help(
      R"(List all roles of the project with their permissions, workspaces and level.

PENDING appears only while the status lists do not show a change of a role completely:
it is the number of holders whose tokens they do not show as invalid yet.

Requires the permission roles.read. The list is complete: the client fetches all pages.)",
      R"(# List roles
ptkl role list)");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto roles = session->api.list_roles();
  if (!roles) return failed(roles);
  return session->output.show(*roles, layout_of(*roles, kListColumns));
}

void Get::declare(Options& options) {
  options.help(
      R"(Show one role with its permissions, workspaces and level.

"pending status updates" appears only while the status lists do not show a change of the role
completely: it is the number of holders whose tokens they do not show as invalid yet.

Requires the permission roles.read.)",
      R"(# Show a role by name
ptkl role get --uuid deployer)");
  options.word(kRoleOption, role, kRoleHelp);
  output.declare(options);
}

Outcome<void> Get::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_role(session->api, role);
  if (!id) return failed(id);
  auto found = session->api.get_role(*id);
  if (!found) return failed(found);
  return session->output.show(*found, layout_of(*found, kColumns));
}

void PermissionsList::declare(Options& options) {
  options.help(
      R"(List the permissions of ptkl itself, and those that the roles of the project grant.

Requires the permission roles.read. ROLES is the number of roles that grant exactly this permission.
Permissions without a description belong to services that verify tokens.)",
      R"(# List permissions
ptkl role permissions-list)");
  output.declare(options);
}

Outcome<void> PermissionsList::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto permissions = session->api.list_permissions();
  if (!permissions) return failed(permissions);
  return session->output.show(*permissions, kPermissionsLayout);
}

}  // namespace ptkl::cli::role
