#include <utility>

#include "cli/client/session.h"
#include "cli/commands/role/role.h"
#include "cli/commands/role/status_updates.h"
#include "core/text_list.h"

namespace ptkl::cli::role {
namespace {

std::string joined(const std::optional<std::vector<std::string>>& words) {
  return words ? join_words(*words) : std::string();
}

/// Checks the values before the client logs in.
Outcome<CreateRole> make_body(const Create& command) {
  auto name = RoleName::parse(command.name);
  if (!name) return option_failure("--name", std::move(name.error()));
  auto permissions = PermissionSet::parse(joined(command.permissions));
  if (!permissions) return option_failure("--permissions", std::move(permissions.error()));
  auto workspaces = parse_workspaces(joined(command.workspaces));
  if (!workspaces) return option_failure("--workspaces", std::move(workspaces.error()));
  const auto level = AccessLevel::parse(command.level.value_or(0));
  if (!level) return option_failure("--level", level.error());
  return CreateRole{std::move(*name), std::move(*permissions), std::move(*workspaces), *level};
}

}  // namespace

void Create::declare(Options& options) {
  options.help(
      R"(Create a role.

A permission is dotted words such as components.read; components.* stands for every permission below
components, and * for all. Permissions that ptkl does not know belong to the services that verify
tokens. Quote * in a shell.

Requires the permission roles.write, and all permissions, workspaces and the level of the new role.)",
      R"(# Create a role
ptkl role create --name deployer --permissions 'deployments.*' \
  --workspaces production --level 20

# Create a role that may only read
ptkl role create -n reader -p components.read roles.read)");
  options.word("-n,--name <name>", name, "Name, unique in the project");
  options.words("-p,--permissions <words...>", permissions,
                "Permissions of the role (default: none)");
  options.words("-w,--workspaces <ids...>", workspaces,
                "Workspaces that the role is limited to (default: none)");
  options.number("-l,--level <0..100>", level, "Access level, 0 to 100 (default: 0)");
  output.declare(options);
}

Outcome<void> Create::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failed(body);
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto created = session->api.create_role(*body);
  if (!created) return failed(created);
  return session->output.show(*created, layout_of(*created, kColumns));
}

}  // namespace ptkl::cli::role
