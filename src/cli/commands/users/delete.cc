#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/users/users.h"

namespace ptkl::cli::users {

void Delete::declare(Options& options) {
  options.help(
      R"(Delete a user, or withdraw an invitation that is not accepted yet.

The server rejects the tokens of the user as soon as the command returns; services that check the
status list do so within seconds. Requires the permission users.write. The last owner cannot be
deleted.)",
      R"(# Delete a user
ptkl users delete --uuid ada@example.com)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Delete::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_user(session->api, user);
  if (!id) return failed(id);
  return show_deleted(session->output, *id, session->api.delete_user(*id));
}

}  // namespace ptkl::cli::users
