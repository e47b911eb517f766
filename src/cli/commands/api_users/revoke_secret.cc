#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/timestamp.h"
#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "core/secret.h"
#include "wire/json.h"

namespace ptkl::cli::api_users {
namespace {

std::optional<Timestamp> last_token_expiry(const boost::json::value& secret) {
  const boost::json::object* const members = secret.if_object();
  return members != nullptr ? wire::find_time(*members, "last_token_expires_at") : std::nullopt;
}

void print_notes(const Context& context, const boost::json::array& secrets) {
  if (secrets.empty()) return context.note("no active secret to revoke");
  std::optional<Timestamp> last;
  for (const boost::json::value& secret : secrets) last = std::max(last, last_token_expiry(secret));
  if (!last || *last <= context.system.clock.now()) return;
  context.note(
      fmt::format("services that verify only signatures may accept the last token until {}",
                  to_rfc3339(*last)));
}

Outcome<std::optional<CredentialId>> parse_id(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto id = CredentialId::parse(*text);
  if (!id) return option_failure("--secret", std::move(id.error()));
  return std::move(*id);
}

}  // namespace

void RevokeSecret::declare(Options& options) {
  options.help(
      R"(Revoke all active secrets of an API user, or one of them.

Requires the permission api-users.secrets. The server rejects tokens of these secrets as soon as the
command returns; services that check the status list do so within seconds. Services that verify only
signatures may accept a token until it expires.)",
      R"(# Revoke all active secrets
ptkl api-users revoke-secret --uuid ci-bot

# Revoke one secret by its id
ptkl api-users revoke-secret --uuid ci-bot --secret AhUqJpxkvQM)");
  options.word(kUserOption, user, kUserHelp);
  options.word("--secret <id>", secret, "Id of the secret (default: all active secrets)");
  output.declare(options);
}

Outcome<void> RevokeSecret::run(Context& context) {
  const auto secret_id = parse_id(secret);
  if (!secret_id) return failed(secret_id);
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto id = find_api_user(session->api, user);
  if (!id) return failed(id);
  auto revoked =
      *secret_id ? session->api.revoke_secret(*id, **secret_id) : session->api.revoke_secrets(*id);
  if (!revoked) return failed(revoked);
  const boost::json::array* const listed = wire::find_array(*revoked, "revoked");
  const boost::json::array secrets = listed != nullptr ? *listed : boost::json::array();
  print_notes(context, secrets);
  if (output.format == Format::json && !output.quiet)
    return session->output.show(*revoked, {{}, ""});
  return session->output.show(secrets, kRevokedLayout);
}

}  // namespace ptkl::cli::api_users
