#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/layouts.h"
#include "cli/commands/role/role.h"

namespace ptkl::cli::role {

void Get::declare(Options& options) {
  options.help(
      R"(Show one role with its permissions, workspaces and level.

Requires the permission roles.read.)",
      R"(# Show a role by name
ptkl role get --uuid deployer)");

  options.word(kRoleOption, role, kRoleHelp);
  output.declare(options);
}

Outcome<void> Get::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_role(session->api, role);
  if (!id) return failure(id.error());
  auto found = session->api.get_role(*id);
  if (!found) return failure(std::move(found.error()));
  return session->output.show(*found, kLayout);
}

}  // namespace ptkl::cli::role
