#include <utility>

#include "cli/client/session.h"
#include "cli/commands/users/layouts.h"
#include "cli/commands/users/users.h"

namespace ptkl::cli::users {

void List::declare(Options& options) { output.declare(options); }

Outcome<void> List::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto users = session->api.list_users();
  if (!users) return failure(std::move(users.error()));
  return session->output.show(*users, kListLayout);
}

}  // namespace ptkl::cli::users
