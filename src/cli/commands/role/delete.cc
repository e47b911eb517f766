#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/role.h"
#include "cli/commands/role/status_updates.h"
#include "wire/json.h"

namespace ptkl::cli::role {
namespace {

constexpr Column kDeletedColumns[] = {{"uuid", "uuid", CellKind::identifier},
                                      {"deleted", "deleted"},
                                      {"affected API users", "affected_api_users"},
                                      {"affected users", "affected_users"},
                                      {"pending status updates", "pending_status_updates"}};

void print_notes(const Context& context, const boost::json::object& report, std::string_view lost) {
  const auto api_users = wire::find_integer(report, "affected_api_users");
  if (!api_users) return;
  std::string who = fmt::format("{} API user{}", *api_users, *api_users == 1 ? "" : "s");
  if (const auto users = wire::find_integer(report, "affected_users")) {
    who += fmt::format(" and {} user{}", *users, *users == 1 ? "" : "s");
  }
  context.note(fmt::format("{} {} the role", who, lost));
}

}  // namespace

void Delete::declare(Options& options) {
  options.help(
      R"(Delete a role. All API users and users that have it lose it, and their tokens are revoked.

The server and introspection reject these tokens as soon as the command returns; services that check
the status list do so within seconds. With more than 256 holders, the status lists follow in the
background; --wait waits for them.

Requires the permission roles.write, and all permissions, workspaces and the level of the role. --wait
also requires roles.read.)",
      R"(# Show how many API users and users have the role
ptkl role delete --uuid deployer --dry-run

# Delete the role
ptkl role delete --uuid deployer

# Delete the role, and wait until the status lists show it
ptkl role delete --uuid deployer --wait)");
  options.word(kRoleOption, role, kRoleHelp);
  options.flag("--dry-run", dry_run,
               "Change nothing; show how many API users and users have the role");
  options.flag("--wait", wait, kWaitHelp);
  output.declare(options);
}

Outcome<void> Delete::run(Context& context) {
  if (wait && dry_run) {
    return failure(ErrorCode::invalid_argument, "--wait cannot be combined with --dry-run", "");
  }
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_role(session->api, role);
  if (!id) return failed(id);
  auto report = dry_run ? session->api.preview_role_deletion(*id) : session->api.delete_role(*id);
  if (!report) return failed(report);
  print_notes(context, *report, dry_run ? "would lose" : "lost");
  (*report)["uuid"] = id->text();
  (*report)["deleted"] = !dry_run;
  const AppliedChange change{.role = *id,
                             .check = "GET " + session->api.pending_status_updates_path(),
                             .how_to_wait = "use --wait",
                             .wait = wait,
                             .quiet = output.quiet};
  return show_change(context, *session, change, std::move(*report), kDeletedColumns);
}

}  // namespace ptkl::cli::role
