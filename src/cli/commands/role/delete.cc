#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/role.h"
#include "wire/json.h"

namespace ptkl::cli::role {
namespace {

constexpr Column kDeletedColumns[] = {{"uuid", "uuid", CellKind::identifier},
                                      {"deleted", "deleted"},
                                      {"affected API users", "affected_api_users"},
                                      {"affected users", "affected_users"}};

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

The server rejects these tokens as soon as the command returns; services that check the status list do
so within seconds. Requires the permission roles.write, and all permissions, workspaces and the level
of the role.)",
      R"(# Show how many API users and users have the role
ptkl role delete --uuid deployer --dry-run

# Delete the role
ptkl role delete --uuid deployer)");
  options.word(kRoleOption, role, kRoleHelp);
  options.flag("--dry-run", dry_run,
               "Change nothing; show how many API users and users have the role");
  output.declare(options);
}

Outcome<void> Delete::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_role(session->api, role);
  if (!id) return failed(id);
  auto report = dry_run ? session->api.preview_role_deletion(*id) : session->api.delete_role(*id);
  if (!report) return failed(report);
  print_notes(context, *report, dry_run ? "would lose" : "lost");
  (*report)["uuid"] = id->text();
  (*report)["deleted"] = !dry_run;
  return session->output.show(*report, {kDeletedColumns, "uuid"});
}

}  // namespace ptkl::cli::role
