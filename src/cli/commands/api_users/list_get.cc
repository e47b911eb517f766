#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"

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
  if (!session) return failed(session);
  auto users = session->api.list_api_users();
  if (!users) return failed(users);
  return session->output.show(*users, kListLayout);
}

void Get::declare(Options& options) {
  options.help(
      R"(Show one API user: description, status, roles and the number of active secrets.

Requires the permission api-users.read.)",
      R"(# Show an API user by its username
ptkl api-users get --uuid ci-bot

# Print its uuid only
ptkl api-users get --uuid ci-bot --quiet)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Get::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  auto found = session->api.get_api_user(*id);
  if (!found) return failed(found);
  return session->output.show(*found, kLayout);
}

}  // namespace ptkl::cli::api_users
