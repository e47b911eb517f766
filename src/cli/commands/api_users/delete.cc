#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"

namespace ptkl::cli::api_users {
namespace {

constexpr Column kDeletedColumns[] = {{"uuid", "uuid", CellKind::identifier},
                                      {"deleted", "deleted"}};

}  // namespace

void Delete::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  output.declare(options);
}

Outcome<void> Delete::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_api_user(session->api, user);
  if (!id) return failure(id.error());
  auto deleted = session->api.delete_api_user(*id);
  if (!deleted) return failure(std::move(deleted.error()));
  (*deleted)["uuid"] = id->text();
  (*deleted)["deleted"] = true;
  return session->output.show(*deleted, {kDeletedColumns, "uuid"});
}

}  // namespace ptkl::cli::api_users
