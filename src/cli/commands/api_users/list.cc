#include <utility>

#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"

namespace ptkl::cli::api_users {

void List::declare(Options& options) { output.declare(options); }

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto users = session->api.list_api_users();
  if (!users) return failure(std::move(users.error()));
  return session->output.show(*users, kListLayout);
}

}  // namespace ptkl::cli::api_users
