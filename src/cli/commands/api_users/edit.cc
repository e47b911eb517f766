#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"

namespace ptkl::cli::api_users {

void Edit::declare(Options& options) {
  options.help(
      R"(Replace the roles of an API user. Roles that are not given are removed.

Requires the permission api-users.write, and all permissions, workspaces and the level of the new
roles. The change applies immediately; tokens that carry a removed role are revoked.)",
      R"(# Replace the roles
ptkl api-users edit --uuid ci-bot --roles deployer reader

# Remove all roles
ptkl api-users edit --uuid ci-bot --roles "")");
  options.word(kUserOption, user, kUserHelp);
  options.words("-r,--roles <roles...>", roles,
                "Names or uuids of all its roles; \"\" removes every role");
  output.declare(options);
}

Outcome<void> Edit::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  UpdateApiUser body;
  auto role_ids = find_roles(session->api, roles);
  if (!role_ids) return failed(role_ids);
  body.roles = std::move(*role_ids);
  auto updated = session->api.update_api_user(*id, body);
  if (!updated) return failed(updated);
  return session->output.show(*updated, kLayout);
}

}  // namespace ptkl::cli::api_users
