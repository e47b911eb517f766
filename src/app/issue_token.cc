#include "app/issue_token.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/authorize.h"
#include "app/last_used.h"
#include "core/credential.h"

namespace ptkl::app {
namespace {

/// Why a request got no token. Only the log tells.
enum class Refusal {
  malformed,
  unknown_secret,
  wrong_secret,
  other_client,
  disabled,
  revoked,
  expired,
  scope,
  target,
};

std::string_view to_text(Refusal refusal) {
  switch (refusal) {
    case Refusal::malformed:
      return "malformed secret or project";
    case Refusal::unknown_secret:
      return "unknown secret id";
    case Refusal::wrong_secret:
      return "wrong secret";
    case Refusal::other_client:
      return "secret of another client";
    case Refusal::disabled:
      return "client disabled";
    case Refusal::revoked:
      return "secret revoked";
    case Refusal::expired:
      return "secret expired";
    case Refusal::scope:
      return "scope not granted";
    case Refusal::target:
      return "resource not allowed";
  }
  return "";
}

OAuthError answer_to(Refusal refusal) {
  switch (refusal) {
    case Refusal::scope:
      return {OAuthErrorCode::invalid_scope,
              "expected permissions that the client has, separated by single spaces"};
    case Refusal::target:
      return {OAuthErrorCode::invalid_target,
              "expected the issuer or a resource that the project allows"};
    case Refusal::malformed:
    case Refusal::unknown_secret:
    case Refusal::wrong_secret:
    case Refusal::other_client:
    case Refusal::disabled:
    case Refusal::revoked:
    case Refusal::expired:
      break;
  }
  return {OAuthErrorCode::invalid_client, "unknown client, or a secret that is not good"};
}

/// What is known of the client once the form of its request is right.
struct Lookup {
  const Ports& ports;
  const TokenRequest& request;
  ProjectName project;
  Secret secret;
  Timestamp now;
  std::optional<Credential> credential;
  std::optional<Refusal> refusal;
  std::vector<Role> roles;
};

std::optional<OAuthError> check_grant_type(const TokenRequest& request) {
  if (request.grant_type.empty()) {
    return OAuthError{OAuthErrorCode::invalid_request, "the parameter grant_type is missing"};
  }
  if (request.grant_type != "client_credentials") {
    return OAuthError{OAuthErrorCode::unsupported_grant_type, "expected client_credentials"};
  }
  return std::nullopt;
}

/// A client id comes from a stranger, and may be anything, such as a secret in the wrong place.
std::string_view loggable(const std::string& client_id) {
  return Username::parse(client_id) || Uuid::parse(client_id) ? std::string_view(client_id) : "";
}

tl::unexpected<OAuthError> refuse(const Ports& ports, const TokenRequest& request, Refusal refusal,
                                  std::string_view secret_id) {
  const bool named = ProjectName::parse(request.project).has_value();
  ports.log.warning("token refused", {{"reason", to_text(refusal)},
                                      {"project", named ? std::string_view(request.project) : ""},
                                      {"client_id", loggable(request.client_id)},
                                      {"secret_id", secret_id},
                                      {"source", request.source_address},
                                      {"request_id", request.request_id}});
  return tl::unexpected<OAuthError>(answer_to(refusal));
}

tl::unexpected<OAuthError> fail(const Ports& ports, const TokenRequest& request,
                                const Error& error) {
  ports.log.error("no token could be issued", {{"reason", error.message},
                                               {"project", request.project},
                                               {"source", request.source_address},
                                               {"request_id", request.request_id}});
  if (error.code == ErrorCode::unavailable) {
    return oauth_failure(OAuthErrorCode::temporarily_unavailable, "try again in a moment");
  }
  return oauth_failure(OAuthErrorCode::server_error, "the server could not issue the token");
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

/// `exp`: no token outlives the secret that it comes from.
std::int64_t expiry_of(const Credential& credential, Timestamp now) {
  const std::int64_t expiry = to_unix_seconds(now + credential.project.token_lifetime);
  const auto end = credential.secret.ends_at();
  return end ? std::min(expiry, to_unix_seconds(*end)) : expiry;
}

std::optional<Refusal> check_standing(const Lookup& lookup, bool is_the_secret) {
  if (!lookup.credential) return Refusal::unknown_secret;
  if (!is_the_secret) return Refusal::wrong_secret;
  const Credential& found = *lookup.credential;
  if (!is_named_by(lookup.request.client_id, found.user)) return Refusal::other_client;
  if (found.user.status != ApiUserStatus::active) return Refusal::disabled;
  if (found.secret.revoked_at) return Refusal::revoked;
  // In the last second of a secret there is no whole second left for a token to live.
  const bool over = expiry_of(found, lookup.now) <= to_unix_seconds(lookup.now);
  if (over || !found.secret.is_live(lookup.now)) return Refusal::expired;
  return std::nullopt;
}

bool is_given(const std::optional<std::string>& parameter) {
  // A parameter without a value is treated as if it were not there (RFC 6749 §3.1).
  return parameter && !parameter->empty();
}

/// Nothing when `request` asks for more than `held`.
std::optional<std::string> scope_of(const TokenRequest& request, const PermissionSet& held) {
  if (!is_given(request.scope)) return held.text();
  // Longer than anything that can be granted: not worth reading.
  if (request.scope->size() > kMaxGrantBytes) return std::nullopt;
  const auto wanted = PermissionSet::parse(*request.scope);
  if (!wanted || !held.covers(*wanted)) return std::nullopt;
  return wanted->text();
}

/// Nothing when the project allows no tokens for that resource.
std::optional<std::string> audience_of(const TokenRequest& request, const Project& project,
                                       const std::string& issuer) {
  if (!is_given(request.resource) || *request.resource == issuer) return issuer;
  if (!project.resources.contains(*request.resource)) return std::nullopt;
  return *request.resource;
}

template <class Named>
std::vector<std::string> texts_of(const Named& named, auto text_of) {
  std::vector<std::string> texts;
  texts.reserve(named.size());
  for (const auto& one : named) texts.push_back(text_of(one));
  return texts;
}

/// The claims that follow from what was found; scope and audience follow from the request too.
AccessToken claims_of(const Lookup& lookup, const Grants& grants, std::string issuer) {
  const Credential& found = *lookup.credential;
  AccessToken token;
  token.issuer = std::move(issuer);
  token.subject = found.user.id;
  token.client_id = found.user.username.text();
  token.issued_at = to_unix_seconds(lookup.now);
  token.expires_at = expiry_of(found, lookup.now);
  token.id = lookup.ports.secret_source.make_uuid(lookup.now);
  token.roles = texts_of(lookup.roles, [](const Role& role) { return role.name.text(); });
  token.workspaces =
      texts_of(grants.workspaces, [](const Workspace& workspace) { return workspace.text(); });
  token.level = grants.level.value();
  token.slot = found.secret.slot;
  return token;
}

}  // namespace

OAuthResult<IssuedToken> issue_token(const Ports& ports, TokenRequest request) {
  if (auto error = check_grant_type(request)) return tl::unexpected<OAuthError>(std::move(*error));

  // 1. The form of the secret and its checksum: what fails here is worth no lookup.
  auto project = ProjectName::parse(request.project);
  auto secret = Secret::parse(std::move(request.client_secret));
  if (!project || !secret) return refuse(ports, request, Refusal::malformed, "");

  // One reference, because std::function keeps what is small without an allocation.
  Lookup lookup{ports, request, std::move(*project), std::move(*secret), ports.clock.now(), {},
                {},    {}};
  const std::string_view secret_id = lookup.secret.id().text();
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

    // The roles come from the same snapshot as the slot: were one of them taken off in between, the
    // token would name it and yet be good.
    auto roles =
        transaction.roles().list_of(lookup.credential->project.id, lookup.credential->user.id);
    if (!roles) return failure(std::move(roles.error()));
    lookup.roles = std::move(*roles);
    return {};
  });
  if (!read) return fail(ports, request, read.error());
  if (lookup.refusal) return refuse(ports, request, *lookup.refusal, secret_id);
  const Credential& credential = *lookup.credential;

  // 5. The scope: all that the client has, or the part that it asks for.
  const Grants grants = grants_of(lookup.roles);
  auto scope = scope_of(request, grants.permissions);
  if (!scope) return refuse(ports, request, Refusal::scope, secret_id);

  // 6. The claims.
  const std::string issuer = issuer_of(ports.public_url, credential.project.name);
  auto audience = audience_of(request, credential.project, issuer);
  if (!audience) return refuse(ports, request, Refusal::target, secret_id);
  AccessToken token = claims_of(lookup, grants, issuer);
  token.scope = std::move(*scope);
  token.audience = std::move(*audience);

  // 7. The client has proved itself, and that is the use, whatever becomes of the signature.
  ports.last_used.record(
      {credential.project.id, credential.secret.id, lookup.now, request.source_address});

  // 8. The signature.
  auto text = ports.token_signer.sign(credential.signing_key, token);
  if (!text) return fail(ports, request, text.error());
  return IssuedToken{SecretString(std::move(*text)),
                     std::chrono::seconds(token.expires_at - token.issued_at),
                     std::move(token.scope)};
}

}  // namespace ptkl::app
