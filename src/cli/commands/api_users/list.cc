#include <utility>

#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"

namespace ptkl::cli::api_users {

void List::declare(Options& options) {
  options.help(
      R"(List all API users of the project, with their roles and the number of active secrets.

Requires the permission api-users.read. The list is complete: the client fetches all pages. LAST USED
is the last time that a token was issued, with a delay of up to 5 seconds.)",
      R"(# List API users
ptkl api-users list

# Print the usernames of disabled API users
ptkl api-users list --format json |
  jq -r '.[] | select(.status == "disabled") | .username')");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto users = session->api.list_api_users();
  if (!users) return failure(std::move(users.error()));
  return session->output.show(*users, kListLayout);
}

}  // namespace ptkl::cli::api_users
