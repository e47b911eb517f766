#include <utility>

#include "cli/client/session.h"
#include "cli/commands/role/layouts.h"
#include "cli/commands/role/role.h"

namespace ptkl::cli::role {

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
  if (!session) return failure(std::move(session.error()));
  auto permissions = session->api.list_permissions();
  if (!permissions) return failure(std::move(permissions.error()));
  return session->output.show(*permissions, kPermissionsLayout);
}

}  // namespace ptkl::cli::role
