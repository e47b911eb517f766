#include <utility>

#include "cli/api_users/api_users.h"
#include "cli/api_users/layouts.h"
#include "cli/log_in.h"

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
