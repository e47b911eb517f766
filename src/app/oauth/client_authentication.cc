#include "app/oauth/client_authentication.h"

#include <optional>
#include <utility>

#include "app/access/attempt_limiter.h"

namespace ptkl::app {
namespace {

/// A client id comes from a stranger, and may be anything, such as a secret in the wrong place.
std::string_view well_formed(const std::string& client_id) {
  return Username::parse(client_id) || Uuid::parse(client_id) ? std::string_view(client_id) : "";
}

AuthFailure to_attempt(const ClaimedClient& client, AuthFailureReason reason,
                       std::string_view secret_id) {
  const bool named = ProjectName::parse(client.project).has_value();
  return {.kind = AuthMethod::client_secret,
          .reason = reason,
          .project = named ? std::string_view(client.project) : "",
          .claimed = well_formed(client.id),
          .secret_id = secret_id,
          .source_address = client.origin.source_address,
          .request_id = client.origin.request_id};
}

/// What is refused is refused, and 429 instead of 401 says no more than that it came too often: so
/// the code stays what it is, and no client takes it for a reason to send the same secret again.
tl::unexpected<OAuthError> refuse_secret(const AppContext& context, const ClaimedClient& client,
                                         AuthFailureReason reason, std::string_view secret_id) {
  Throttle::Delay delay;
  if (context.throttle != nullptr) {
    delay = context.throttle->secret_failed(client.origin.source_address);
  }
  AuthFailure attempt = to_attempt(client, reason, secret_id);
  attempt.is_answered_with_429 = delay.has_value();
  report(context, attempt);
  OAuthError error{OAuthErrorCode::invalid_client, "unknown client, or a secret that is not good"};
  if (delay) {
    error.description += "; too many of those came from this address";
    error.retry_after = *delay;
  }
  return tl::unexpected<OAuthError>(std::move(error));
}

/// Hashes and compares even where there is nothing to compare with: unknown takes as long as wrong.
bool is_the_secret(SecretHasher& hasher, const Secret& secret, const std::optional<Client>& found) {
  constexpr Digest kNoHash{};
  const Digest hash = hasher.hash(secret);
  const bool equal = hasher.equal(hash, found ? found->credential.secret.hash : kNoHash);
  return equal && found;
}

bool is_named_by(const std::string& client_id, const ApiUser& user) {
  if (client_id == user.username.text()) return true;
  const auto id = Uuid::parse(client_id);
  return id && *id == user.id;
}

/// In the last second of a secret there is no whole second left for a token to live.
bool is_in_its_last_second(const SecretRecord& secret, Timestamp now) {
  const auto end = secret.ends_at();
  return end && to_unix_seconds(*end) <= to_unix_seconds(now);
}

/// Of one whose secret is right.
std::optional<AuthFailureReason> check_standing(const Credential& found,
                                                const std::string& client_id, Timestamp now) {
  if (!is_named_by(client_id, found.user)) return AuthFailureReason::other_client;
  if (found.user.status != ApiUserStatus::active) return AuthFailureReason::disabled;
  if (found.secret.revoked_at) return AuthFailureReason::revoked;
  const bool over = is_in_its_last_second(found.secret, now);
  if (over || !found.secret.is_live(now)) return AuthFailureReason::expired;
  return std::nullopt;
}

}  // namespace

OAuthResult<AuthenticatedClient> authenticate_client(const AppContext& context,
                                                     const ClaimedClient& client,
                                                     SecretString secret_text) {
  // 1. The form of the secret and its checksum: what fails here is worth no lookup.
  auto project = ProjectName::parse(client.project);
  auto secret = Secret::parse(std::move(secret_text));
  if (!project || !secret) return refuse_secret(context, client, AuthFailureReason::malformed, "");

  // 2. The credential, by the secret's id: one lookup.
  const Timestamp now = context.clock.now();
  auto lookup = context.store.find_client(*project, secret->id());
  if (!lookup) return tl::unexpected(report_fault(context, client, lookup.error()));
  std::optional<Client>& found = *lookup;
  const auto refuse = [&](AuthFailureReason reason) {
    return refuse_secret(context, client, reason, secret->id().text());
  };

  // 3. The hash, in constant time.
  const bool matches = is_the_secret(context.secret_hasher, *secret, found);
  if (!found) return refuse(AuthFailureReason::unknown_secret);
  if (!matches) return refuse(AuthFailureReason::wrong_secret);

  // 4. Does it belong to that client, and is it still good?
  const auto refusal = check_standing(found->credential, client.id, now);
  if (refusal) return refuse(*refusal);
  return AuthenticatedClient{now, std::move(found->credential), std::move(found->roles)};
}

void report_refusal(const AppContext& context, const ClaimedClient& client,
                    AuthFailureReason reason, std::string_view secret_id) {
  report(context, to_attempt(client, reason, secret_id));
}

OAuthError report_fault(const AppContext& context, const ClaimedClient& client,
                        const Error& error) {
  context.log.error("request failed", {{"reason", error.message},
                                       {"project", client.project},
                                       {"source", client.origin.source_address},
                                       {"request_id", client.origin.request_id}});
  // What an OAuth client changes, which is to revoke a token, it may do again.
  if (error.code == ErrorCode::unavailable || error.code == ErrorCode::outcome_unknown) {
    return {OAuthErrorCode::temporarily_unavailable, "try again in a moment"};
  }
  return {OAuthErrorCode::server_error, "an internal error; the server's log tells which"};
}

}  // namespace ptkl::app
