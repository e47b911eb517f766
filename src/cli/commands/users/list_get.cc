#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/users/users.h"

namespace ptkl::cli::users {

void List::declare(Options& options) {
  options.help(
      R"(List all users of the project and all open invitations, with their roles and last login.

Requires the permission users.read. The list is complete: the client fetches all pages.)",
      R"(# List users
ptkl users list)");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  auto users = session->api.list_users();
  if (!users) return failed(users);
  return session->output.show(*users, kListLayout);
}

void Get::declare(Options& options) {
  options.help(
      R"(Show one user or invitation: status, roles and last login.

Requires the permission users.read.)",
      R"(# Show a user by email
ptkl users get --uuid ada@example.com)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Get::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_user(session->api, user);
  if (!id) return failed(id);
  auto found = session->api.get_user(*id);
  if (!found) return failed(found);
  return session->output.show(*found, kLayout);
}

}  // namespace ptkl::cli::users
