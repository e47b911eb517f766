#include <string_view>
#include <utility>

#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"

namespace ptkl::cli::api_users {
namespace {

Outcome<void> set_status(Context& context, std::string_view user, ApiUserStatus status,
                         const OutputOptions& output) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  UpdateApiUser body;
  body.status = status;
  auto updated = session->api.update_api_user(*id, body);
  if (!updated) return failed(updated);
  return session->output.show(*updated, kLayout);
}

}  // namespace

void Enable::declare(Options& options) {
  options.help(
      R"(Enable a disabled API user. Its secrets that are not revoked or expired work again; tokens that were
issued before it was disabled stay revoked.

Requires the permission api-users.write.)",
      R"(# Enable an API user
ptkl api-users enable --uuid ci-bot)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Enable::run(Context& context) {
  return set_status(context, user, ApiUserStatus::active, output);
}

void Disable::declare(Options& options) {
  options.help(
      R"(Disable an API user. Its tokens are revoked, and it gets no new ones until it is enabled.

Requires the permission api-users.write. The server rejects the tokens as soon as the command returns;
services that check the status list do so within seconds. The last owner cannot be disabled.)",
      R"(# Disable an API user
ptkl api-users disable --uuid ci-bot)");
  options.word(kUserOption, user, kUserHelp);
  output.declare(options);
}

Outcome<void> Disable::run(Context& context) {
  return set_status(context, user, ApiUserStatus::disabled, output);
}

}  // namespace ptkl::cli::api_users
