#include <utility>

#include "cli/client/session.h"
#include "cli/commands/role/layouts.h"
#include "cli/commands/role/role.h"
#include "core/text_list.h"

namespace ptkl::cli::role {
namespace {

std::string joined(const std::optional<std::vector<std::string>>& words) {
  return words ? join_words(*words) : std::string();
}

/// Checked here too, so that what is wrong is told before anybody is asked for a login.
Result<CreateRole> make_body(const Create& command) {
  auto name = RoleName::parse(command.name);
  if (!name) return failure(std::move(name.error()));
  auto permissions = PermissionSet::parse(joined(command.permissions));
  if (!permissions) return failure(std::move(permissions.error()));
  auto workspaces = parse_workspaces(joined(command.workspaces));
  if (!workspaces) return failure(std::move(workspaces.error()));
  const auto level = AccessLevel::parse(command.level.value_or(0));
  if (!level) return failure(level.error());
  return CreateRole{std::move(*name), std::move(*permissions), std::move(*workspaces), *level};
}

}  // namespace

void Create::declare(Options& options) {
  options.word("-n,--name <name>", name, "Unique in the project");
  options.words("-p,--permissions <words...>", permissions,
                "What it allows: components.read, components.*, *");
  options.words("-w,--workspaces <ids...>", workspaces, "Workspaces that it is for");
  options.number("-l,--level <0..100>", level, "How much it is trusted; 0 by default");
  output.declare(options);
}

Outcome<void> Create::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failure(body.error());
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto created = session->api.create_role(*body);
  if (!created) return failure(std::move(created.error()));
  return session->output.show(*created, kLayout);
}

}  // namespace ptkl::cli::role
