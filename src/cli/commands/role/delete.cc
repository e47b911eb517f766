#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/role/layouts.h"
#include "cli/commands/role/role.h"

namespace ptkl::cli::role {
namespace {

constexpr Column kDeletedColumns[] = {{"uuid", "uuid", CellKind::identifier},
                                      {"deleted", "deleted"},
                                      {"affected API users", "affected_api_users"},
                                      {"affected people", "affected_users"}};

/// The member's number; absent where an older server does not tell.
std::optional<std::int64_t> number_of(const boost::json::object& answer, std::string_view key) {
  const boost::json::value* const value = answer.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

void tell(const Context& context, const boost::json::object& answer, std::string_view lost) {
  const auto api_users = number_of(answer, "affected_api_users");
  if (!api_users) return;
  std::string who = fmt::format("{} API user{}", *api_users, *api_users == 1 ? "" : "s");
  if (const auto users = number_of(answer, "affected_users")) {
    who += fmt::format(" and {} {}", *users, *users == 1 ? "person" : "people");
  }
  context.say(fmt::format("ptkl: {} {} the role", who, lost));
}

}  // namespace

void Delete::declare(Options& options) {
  options.word(kRoleOption, role, "Which role");
  options.flag("--dry-run", dry_run, "Only say how many API users and people have it");
  output.declare(options);
}

Outcome<void> Delete::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_role(session->api, role);
  if (!id) return failure(id.error());
  auto answer = dry_run ? session->api.preview_role_deletion(*id) : session->api.delete_role(*id);
  if (!answer) return failure(std::move(answer.error()));
  tell(context, *answer, dry_run ? "would lose" : "lost");
  (*answer)["uuid"] = id->text();
  (*answer)["deleted"] = !dry_run;
  return session->output.show(*answer, {kDeletedColumns, "uuid"});
}

}  // namespace ptkl::cli::role
