#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/layouts.h"
#include "cli/commands/role/role.h"
#include "core/text_list.h"

namespace ptkl::cli::role {
namespace {

/// Checked here too, so that what is wrong is told before anybody is asked for a login.
Result<UpdateRole> make_body(const Edit& command) {
  if (!command.permissions && !command.workspaces && !command.level) {
    return failure(ErrorCode::invalid_argument,
                   "nothing to change: expected --permissions, --workspaces or --level");
  }
  UpdateRole body;
  if (command.permissions) {
    auto permissions = PermissionSet::parse(join_words(*command.permissions));
    if (!permissions) return failure(std::move(permissions.error()));
    body.permissions = std::move(*permissions);
  }
  if (command.workspaces) {
    auto workspaces = parse_workspaces(join_words(*command.workspaces));
    if (!workspaces) return failure(std::move(workspaces.error()));
    body.workspaces = std::move(*workspaces);
  }
  if (command.level) {
    const auto level = AccessLevel::parse(*command.level);
    if (!level) return failure(level.error());
    body.level = *level;
  }
  return body;
}

}  // namespace

void Edit::declare(Options& options) {
  options.word(kRoleOption, role, "Which role");
  options.words("-p,--permissions <words...>", permissions,
                "All that it allows from now on;\n\"\" takes every permission off");
  options.words("-w,--workspaces <ids...>", workspaces,
                "All workspaces that it is for from now on;\n\"\" takes every one off");
  options.number("-l,--level <0..100>", level, "How much it is trusted from now on");
  output.declare(options);
}

Outcome<void> Edit::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failure(body.error());
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_role(session->api, role);
  if (!id) return failure(id.error());
  auto updated = session->api.update_role(*id, *body);
  if (!updated) return failure(std::move(updated.error()));
  return session->output.show(*updated, kLayout);
}

}  // namespace ptkl::cli::role
