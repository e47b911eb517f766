#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/log_in.h"
#include "cli/lookup.h"
#include "cli/role/layouts.h"
#include "cli/role/role.h"

namespace ptkl::cli::role {
namespace {

constexpr Column kDeletedColumns[] = {{"uuid", "uuid", CellKind::identifier},
                                      {"deleted", "deleted"},
                                      {"affected API users", "affected_api_users"}};

void tell(const Context& context, const boost::json::object& answer, std::string_view lost) {
  const boost::json::value* const affected = answer.if_contains("affected_api_users");
  if (affected == nullptr || !affected->is_int64()) return;
  const std::int64_t count = affected->get_int64();
  context.say(fmt::format("ptkl: {} API user{} {} the role", count, count == 1 ? "" : "s", lost));
}

}  // namespace

void Delete::declare(Options& options) {
  options.word(kRoleOption, role, "Which role");
  options.flag("--dry-run", dry_run, "Only say how many API users have it");
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
