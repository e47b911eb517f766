#include "app/oauth/client_auth/client_authentication.h"

#include <utility>

#include "app/access/attempt_limiter.h"
#include "app/oauth/client_auth/shared_secret.h"
#include "app/tokens/last_used.h"

namespace ptkl::app {
namespace {

/// `client_id`, or empty unless it has the form of one: it may be any text, such as a misplaced secret.
std::string_view well_formed(const std::string& client_id) {
  return Username::parse(client_id) || Uuid::parse(client_id) ? std::string_view(client_id) : "";
}

AuthFailure to_failure(const ClaimedClient& client, AuthFailureReason reason,
                       std::string_view credential) {
  const bool named = ProjectName::parse(client.project).has_value();
  return {.kind = AuthMethod::client_secret,
          .reason = reason,
          .project = named ? std::string_view(client.project) : "",
          .claimed = well_formed(client.id),
          .secret_id = credential,
          .source_address = client.origin.source_address,
          .request_id = client.origin.request_id};
}

bool is_named_by(const std::string& client_id, const ApiUser& user) {
  if (client_id == user.username.text()) return true;
  const auto id = Uuid::parse(client_id);
  return id && *id == user.id;
}

/// In the last second of a credential, a token would expire in the second in which it is issued.
bool is_in_its_last_second(const ClientCredential& credential, Timestamp now) {
  const auto end = credential.ends_at();
  return end && to_unix_seconds(*end) <= to_unix_seconds(now);
}

}  // namespace

std::span<const std::string_view> client_auth_methods() {
  static constexpr std::string_view kMethods[] = {"client_secret_basic", "client_secret_post"};
  return kMethods;
}

OAuthResult<AuthenticatedClient> authenticate_client(const AppContext& context,
                                                     const ClaimedClient& client,
                                                     ClientProof proof) {
  struct Authenticate {
    const AppContext& context;
    const ClaimedClient& client;
    OAuthResult<AuthenticatedClient> operator()(SecretProof&& proof) const {
      return authenticate_shared_secret(context, client, std::move(proof.secret));
    }
  };
  return std::visit(Authenticate{context, client}, std::move(proof));
}

std::optional<AuthFailureReason> check_standing(const ClientRecord& found,
                                                const std::string& client_id, Timestamp now) {
  if (!is_named_by(client_id, found.user)) return AuthFailureReason::other_client;
  if (found.user.status != ApiUserStatus::active) return AuthFailureReason::disabled;
  if (found.credential.revoked_at) return AuthFailureReason::revoked;
  const bool ending = is_in_its_last_second(found.credential, now);
  if (ending || !found.credential.is_live(now)) return AuthFailureReason::expired;
  return std::nullopt;
}

void record_use(const AppContext& context, const ClaimedClient& client,
                const AuthenticatedClient& authenticated) {
  const ClientRecord& record = authenticated.record;
  context.last_used.record(
      {record.project.id, record.credential.id, authenticated.at, client.origin.source_address});
}

void report_refusal(const AppContext& context, const ClaimedClient& client,
                    AuthFailureReason reason, std::string_view credential) {
  report(context, to_failure(client, reason, credential));
}

tl::unexpected<OAuthError> refuse_client(const AppContext& context, const ClaimedClient& client,
                                         AuthFailureReason reason, std::string_view credential) {
  AttemptLimiter::Delay delay;
  if (context.attempt_limiter != nullptr) {
    delay = context.attempt_limiter->count_secret_failure(client.origin.source_address);
  }
  AuthFailure refused = to_failure(client, reason, credential);
  refused.is_answered_with_429 = delay.has_value();
  report(context, refused);
  // The code stays the same with status 429, since no client retries with the same proof because of it.
  OAuthError error{OAuthErrorCode::invalid_client, "client authentication failed"};
  if (delay) {
    error.description += "; too many failed attempts from this address";
    error.retry_after = *delay;
  }
  return tl::unexpected<OAuthError>(std::move(error));
}

OAuthError report_fault(const AppContext& context, const ClaimedClient& client,
                        const Error& error) {
  context.log.error("request failed", {{"reason", error.message},
                                       {"project", client.project},
                                       {"source", client.origin.source_address},
                                       {"request_id", client.origin.request_id}});
  // All requests of OAuth clients can be repeated safely, so an unknown outcome is no special case.
  if (is_database_outage(error)) {
    return {OAuthErrorCode::temporarily_unavailable, "try again later"};
  }
  return {OAuthErrorCode::server_error, "internal error; the server's log has the reason"};
}

}  // namespace ptkl::app
