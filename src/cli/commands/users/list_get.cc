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
  if (!session) return failure(std::move(session.error()));
  auto users = session->api.list_users();
  if (!users) return failure(std::move(users.error()));
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
  if (!session) return failure(std::move(session.error()));
  const auto id = find_user(session->api, user);
  if (!id) return failure(id.error());
  auto found = session->api.get_user(*id);
  if (!found) return failure(std::move(found.error()));
  return session->output.show(*found, kLayout);
}

}  // namespace ptkl::cli::users
