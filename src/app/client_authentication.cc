#include "app/client_authentication.h"

#include <optional>
#include <utility>

#include "app/throttle.h"

namespace ptkl::app {
namespace {

/// What is known of the client once the form of its request is right.
struct Lookup {
  const Ports& ports;
  const ClaimedClient& client;
  ProjectName project;
  Secret secret;
  Timestamp now;
  std::optional<Credential> credential;
  std::optional<RefusalReason> refusal;
  std::vector<Role> roles;
};

/// A client id comes from a stranger, and may be anything, such as a secret in the wrong place.
std::string_view well_formed(const std::string& client_id) {
  return Username::parse(client_id) || Uuid::parse(client_id) ? std::string_view(client_id) : "";
}

RefusedAttempt to_attempt(const ClaimedClient& client, RefusalReason reason,
                          std::string_view secret_id) {
  const bool named = ProjectName::parse(client.project).has_value();
  return {.kind = AttemptKind::client_secret,
          .reason = reason,
          .project = named ? std::string_view(client.project) : "",
          .claimed = well_formed(client.id),
          .secret_id = secret_id,
          .source_address = client.origin.source_address,
          .request_id = client.origin.request_id};
}

/// What is refused is refused, and 429 instead of 401 says no more than that it came too often: so
/// the code stays what it is, and no client takes it for a reason to send the same secret again.
tl::unexpected<OAuthError> refuse_secret(const Ports& ports, const ClaimedClient& client,
                                         RefusalReason reason, std::string_view secret_id) {
  Throttle::Delay delay;
  if (ports.throttle != nullptr) {
    delay = ports.throttle->secret_failed(client.origin.source_address);
  }
  RefusedAttempt attempt = to_attempt(client, reason, secret_id);
  attempt.is_answered_with_429 = delay.has_value();
  report(ports, attempt);
  OAuthError error{OAuthErrorCode::invalid_client, "unknown client, or a secret that is not good"};
  if (delay) {
    error.description += "; too many of those came from this address";
    error.retry_after = *delay;
  }
  return tl::unexpected<OAuthError>(std::move(error));
}

/// Hashes and compares even where there is nothing to compare with: unknown takes as long as wrong.
bool is_the_secret(const Lookup& lookup) {
  constexpr Digest kNoHash{};
  SecretHasher& hasher = lookup.ports.secret_hasher;
  const Digest hash = hasher.hash(lookup.secret);
  const bool equal =
      hasher.equal(hash, lookup.credential ? lookup.credential->secret.hash : kNoHash);
  return equal && lookup.credential;
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

std::optional<RefusalReason> check_standing(const Lookup& lookup, bool is_the_secret) {
  if (!lookup.credential) return RefusalReason::unknown_secret;
  if (!is_the_secret) return RefusalReason::wrong_secret;
  const Credential& found = *lookup.credential;
  if (!is_named_by(lookup.client.id, found.user)) return RefusalReason::other_client;
  if (found.user.status != ApiUserStatus::active) return RefusalReason::disabled;
  if (found.secret.revoked_at) return RefusalReason::revoked;
  const bool over = is_in_its_last_second(found.secret, lookup.now);
  if (over || !found.secret.is_live(lookup.now)) return RefusalReason::expired;
  return std::nullopt;
}

}  // namespace

OAuthResult<AuthenticatedClient> authenticate_client(const Ports& ports,
                                                     const ClaimedClient& client,
                                                     SecretString secret_text) {
  // 1. The form of the secret and its checksum: what fails here is worth no lookup.
  auto project = ProjectName::parse(client.project);
  auto secret = Secret::parse(std::move(secret_text));
  if (!project || !secret) return refuse_secret(ports, client, RefusalReason::malformed, "");

  // One reference, because std::function keeps what is small without an allocation.
  Lookup lookup{ports, client, std::move(*project), std::move(*secret), ports.clock.now(), {},
                {},    {}};
  const auto read = ports.store.read([&lookup](Transaction& transaction) -> Result<void> {
    // 2. The credential, by the secret's id: one lookup.
    auto found = transaction.secrets().find_credential(lookup.project, lookup.secret.id());
    if (!found) return failure(std::move(found.error()));
    lookup.credential = std::move(*found);

    // 3. The hash, in constant time.
    const bool matches = is_the_secret(lookup);

    // 4. Does it belong to that client, and is it still good?
    lookup.refusal = check_standing(lookup, matches);
    if (lookup.refusal) return {};

    auto roles =
        transaction.roles().list_of(lookup.credential->project.id, lookup.credential->user.id);
    if (!roles) return failure(std::move(roles.error()));
    lookup.roles = std::move(*roles);
    return {};
  });
  if (!read) return tl::unexpected(report_fault(ports, client, read.error()));
  if (lookup.refusal) {
    return refuse_secret(ports, client, *lookup.refusal, lookup.secret.id().text());
  }
  return AuthenticatedClient{lookup.now, std::move(*lookup.credential), std::move(lookup.roles)};
}

void report_refusal(const Ports& ports, const ClaimedClient& client, RefusalReason reason,
                    std::string_view secret_id) {
  report(ports, to_attempt(client, reason, secret_id));
}

OAuthError report_fault(const Ports& ports, const ClaimedClient& client, const Error& error) {
  ports.log.error("request failed", {{"reason", error.message},
                                     {"project", client.project},
                                     {"source", client.origin.source_address},
                                     {"request_id", client.origin.request_id}});
  if (error.code == ErrorCode::unavailable) {
    return {OAuthErrorCode::temporarily_unavailable, "try again in a moment"};
  }
  return {OAuthErrorCode::server_error, "an internal error; the server's log tells which"};
}

}  // namespace ptkl::app
