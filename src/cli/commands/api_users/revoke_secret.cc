#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/timestamp.h"
#include "cli/client/name_lookup.h"
#include "cli/client/session.h"
#include "cli/commands/api_users/api_users.h"
#include "cli/commands/api_users/layouts.h"
#include "core/secret.h"

namespace ptkl::cli::api_users {
namespace {

/// The secrets that ended, as the server tells them.
boost::json::array revoked_secrets(const boost::json::object& answer) {
  const boost::json::value* const revoked = answer.if_contains("revoked");
  return revoked != nullptr && revoked->is_array() ? revoked->get_array() : boost::json::array();
}

std::optional<Timestamp> last_token_end(const boost::json::value& secret) {
  const boost::json::object* const members = secret.if_object();
  const boost::json::value* const end =
      members != nullptr ? members->if_contains("last_token_expires_at") : nullptr;
  if (end == nullptr || !end->is_string()) return std::nullopt;
  const auto time = parse_rfc3339(end->get_string());
  return time ? std::optional(*time) : std::nullopt;
}

void tell(const Context& context, const boost::json::array& ended) {
  if (ended.empty()) return context.say("ptkl: there was no secret that still worked");
  std::optional<Timestamp> last;
  for (const boost::json::value& secret : ended) last = std::max(last, last_token_end(secret));
  if (!last || *last <= context.system.clock.now()) return;
  context.say(fmt::format(
      "ptkl: a service that only looks at the signature may take the last token until {}",
      to_rfc3339(*last)));
}

Result<std::optional<SecretId>> parse_id(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto id = SecretId::parse(*text);
  if (!id) return failure(std::move(id.error()));
  return std::move(*id);
}

}  // namespace

void RevokeSecret::declare(Options& options) {
  options.word(kUserOption, user, "Which API user");
  options.word("--secret <id>", secret, "Only the secret of this id; by default all that work");
  output.declare(options);
}

Outcome<void> RevokeSecret::run(Context& context) {
  const auto secret_id = parse_id(secret);
  if (!secret_id) return failure(secret_id.error());
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto id = find_api_user(session->api, user);
  if (!id) return failure(id.error());
  auto revoked =
      *secret_id ? session->api.revoke_secret(*id, **secret_id) : session->api.revoke_secrets(*id);
  if (!revoked) return failure(std::move(revoked.error()));
  const boost::json::array ended = revoked_secrets(*revoked);
  tell(context, ended);
  if (output.format == Format::json && !output.quiet)
    return session->output.show(*revoked, {{}, ""});
  return session->output.show(ended, kRevokedLayout);
}

}  // namespace ptkl::cli::api_users
