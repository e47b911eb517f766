#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"

namespace ptkl::cli::api_users {
void Secrets::declare(Options& options) {
  options.help(
      R"(List the secrets of an API user. Values are never shown, only their last four characters.

Requires the permission api-users.read. The list holds active secrets and the last 20 that were
revoked or have expired. LAST USED has a delay of up to 5 seconds. STILL USED is for overlapping
secrets: whether the secret was used after it was replaced.)",
      R"(# Check whether the previous secret is still in use, and from where
ptkl api-users secrets --uuid ci-bot)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Secrets::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  auto secrets = session->api.list_secrets(*id);
  if (!secrets) return failed(secrets);
  return session->output.show(*secrets, kSecretsLayout);
}

}  // namespace ptkl::cli::api_users
