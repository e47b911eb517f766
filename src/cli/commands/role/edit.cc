#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/role.h"
#include "cli/commands/role/status_updates.h"
#include "core/text_list.h"

namespace ptkl::cli::role {
namespace {

/// Checks the values before the client logs in.
Outcome<UpdateRole> make_body(const Edit& command) {
  if (!command.permissions && !command.workspaces && !command.level) {
    return failure(ErrorCode::invalid_argument, "nothing to change",
                   "specify --permissions, --workspaces or --level");
  }
  UpdateRole body;
  if (command.permissions) {
    auto permissions = PermissionSet::parse(join_words(*command.permissions));
    if (!permissions) return option_failure("--permissions", std::move(permissions.error()));
    body.permissions = std::move(*permissions);
  }
  if (command.workspaces) {
    auto workspaces = parse_workspaces(join_words(*command.workspaces));
    if (!workspaces) return option_failure("--workspaces", std::move(workspaces.error()));
    body.workspaces = std::move(*workspaces);
  }
  if (command.level) {
    const auto level = AccessLevel::parse(*command.level);
    if (!level) return option_failure("--level", level.error());
    body.level = *level;
  }
  return body;
}

/// `role` as a word of a shell: names may need quotes, and uuids do not.
std::string to_shell_word(const std::string& role, const Uuid& id) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return role.find_first_not_of(kPlain) == role.npos ? role : id.text();
}

}  // namespace

void Edit::declare(Options& options) {
  options.help(
      R"(Replace the permissions, the workspaces or the level of a role. Only the given ones change.

The change applies immediately to all API users and users that have the role. If it takes a permission
or a workspace away, or lowers the level, their tokens are revoked: the server and introspection
reject them as soon as the command returns. With more than 256 holders, the status lists follow in the
background, usually within seconds; --wait waits for them.

Requires the permission roles.write, and all permissions, workspaces and the level of the role before
and after the change. --wait also requires roles.read.)",
      R"(# Replace the permissions
ptkl role edit --uuid deployer --permissions 'deployments.*' builds.read

# Raise the level, and remove all workspaces
ptkl role edit --uuid deployer --level 30 --workspaces ""

# Remove all permissions, and wait until the status lists show it
ptkl role edit --uuid deployer --permissions "" --wait)");
  options.word(kRoleOption, role, kRoleHelp);
  options.words("-p,--permissions <words...>", permissions,
                "All permissions of the role; \"\" removes every permission");
  options.words("-w,--workspaces <ids...>", workspaces,
                "All workspaces of the role; \"\" removes every workspace");
  options.number("-l,--level <0..100>", level, "Access level, 0 to 100");
  options.flag("--wait", wait, kWaitHelp);
  output.declare(options);
}

Outcome<void> Edit::run(Context& context) {
  const auto body = make_body(*this);
  if (!body) return failed(body);
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_role(session->api, role);
  if (!id) return failed(id);
  auto updated = session->api.update_role(*id, *body);
  if (!updated) return failed(updated);
  const AppliedChange change{
      .role = *id,
      .check = fmt::format("`ptkl role get -u {}`", to_shell_word(role, *id)),
      .how_to_wait = "repeat the command with --wait",
      .wait = wait,
      .quiet = output.quiet};
  return show_change(context, *session, change, std::move(*updated), kColumns);
}

}  // namespace ptkl::cli::role
