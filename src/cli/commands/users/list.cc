#include <utility>

#include "cli/client/session.h"
#include "cli/commands/users/layouts.h"
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

}  // namespace ptkl::cli::users
