#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"

namespace ptkl::cli::api_users {
void Secrets::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  output.declare(options);
}

Outcome<void> Secrets::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_api_user(session->api, user);
  if (!id) return failure(id.error());
  auto secrets = session->api.list_secrets(*id);
  if (!secrets) return failure(std::move(secrets.error()));
  return session->output.show(*secrets, kSecretsLayout);
}

}  // namespace ptkl::cli::api_users
