#include <utility>

#include "cli/api_users/api_users.h"
#include "cli/api_users/layouts.h"
#include "cli/log_in.h"
#include "cli/lookup.h"
#include "core/secret.h"

namespace ptkl::cli::api_users {
namespace {

/// The secrets that ended, as the server tells them.
boost::json::array ended_secrets(const boost::json::object& answer) {
  const boost::json::value* const revoked = answer.if_contains("revoked");
  return revoked != nullptr && revoked->is_array() ? revoked->get_array() : boost::json::array();
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
  const boost::json::array ended = ended_secrets(*revoked);
  if (ended.empty()) context.say("ptkl: there was no secret that still worked");
  if (output.format == Format::json && !output.quiet)
    return session->output.show(*revoked, {{}, ""});
  return session->output.show(ended, kSecretsLayout);
}

}  // namespace ptkl::cli::api_users
