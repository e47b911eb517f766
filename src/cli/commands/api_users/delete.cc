#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"

namespace ptkl::cli::api_users {

void Delete::declare(Options& options) {
  options.help(
      R"(Delete an API user with its secrets. Its tokens are revoked as soon as the command returns.

Requires the permission api-users.write. This cannot be undone: the username stays reserved and cannot
be used again. The last owner cannot be deleted.)",
      R"(# Delete an API user
ptkl api-users delete --uuid ci-bot)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Delete::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  return show_deleted(session->output, *id, session->api.delete_api_user(*id));
}

}  // namespace ptkl::cli::api_users
