#include <utility>

#include "cli/client/session.h"
#include "cli/commands/role/layouts.h"
#include "cli/commands/role/role.h"

namespace ptkl::cli::role {

void List::declare(Options& options) {
  options.help(
      R"(List all roles of the project with their permissions, workspaces and level.

Requires the permission roles.read. The list is complete: the client fetches all pages.)",
      R"(# List roles
ptkl role list)");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto roles = session->api.list_roles();
  if (!roles) return failure(std::move(roles.error()));
  return session->output.show(*roles, kListLayout);
}

}  // namespace ptkl::cli::role
