#include "app/oauth/issue_token.h"

#include <algorithm>
#include <utility>

#include "app/access/actor.h"
#include "app/tokens/claims.h"
#include "app/tokens/last_used.h"

namespace ptkl::app {
namespace {

std::optional<OAuthError> check_grant_type(const TokenRequest& request) {
  if (request.grant_type.empty()) {
    return OAuthError{OAuthErrorCode::invalid_request, "the parameter grant_type is missing"};
  }
  if (request.grant_type != "client_credentials") {
    return OAuthError{OAuthErrorCode::unsupported_grant_type, "expected client_credentials"};
  }
  return std::nullopt;
}

/// No token outlives the secret that it comes from.
Timestamp expiry_of(const Credential& credential, Timestamp now) {
  const Timestamp expiry = now + credential.project.token_lifetime;
  return std::min(expiry, credential.secret.ends_at().value_or(expiry));
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

/// Scope and audience follow from the request too.
AccessToken claims_of(const AppContext& context, const AuthenticatedClient& client,
                      const Grants& grants) {
  const Credential& found = client.credential;
  return make_claims(context, found.project,
                     {.id = found.user.id,
                      .name = found.user.username.text(),
                      .roles = client.roles,
                      .grants = grants,
                      .slot = found.secret.slot,
                      .issued_at = client.at,
                      .expires_at = expiry_of(found, client.at)});
}

}  // namespace

OAuthResult<IssuedToken> issue_token(const AppContext& context, TokenRequest request) {
  if (auto error = check_grant_type(request)) return tl::unexpected<OAuthError>(std::move(*error));

  // 1 to 4. The client and its secret.
  const auto client =
      authenticate_client(context, request.client, std::move(request.client_secret));
  if (!client) return tl::unexpected(client.error());
  const Credential& credential = client->credential;
  const auto refuse = [&](AuthFailureReason reason, OAuthError answer) {
    report_refusal(context, request.client, reason, credential.secret.id.text());
    return tl::unexpected<OAuthError>(std::move(answer));
  };

  // 5. The scope: all that the client has, or the part that it asks for.
  const Grants grants = grants_of(client->roles);
  auto scope = scope_of(request, grants.permissions);
  if (!scope) {
    return refuse(AuthFailureReason::scope_not_granted,
                  {OAuthErrorCode::invalid_scope,
                   "expected permissions that the client has, separated by single spaces"});
  }

  // 6. The claims.
  AccessToken token = claims_of(context, *client, grants);
  auto audience = audience_of(request, credential.project, token.issuer);
  if (!audience) {
    return refuse(AuthFailureReason::resource_not_allowed,
                  {OAuthErrorCode::invalid_target,
                   "expected the issuer or a resource that the project allows"});
  }
  token.scope = std::move(*scope);
  token.audience = std::move(*audience);

  // 7. The client has proved itself, and that is the use, whatever becomes of the signature.
  context.last_used.record({credential.project.id, credential.secret.id, client->at,
                            request.client.origin.source_address});

  // 8. The signature.
  auto text = context.token_signer.sign(credential.signing_key, token);
  if (!text) return tl::unexpected(report_fault(context, request.client, text.error()));
  report(context, TokenIssue{credential.project.id, credential.user.id, credential.secret.id,
                             request.client.origin.source_address});
  return issued(std::move(*text), std::move(token));
}

}  // namespace ptkl::app
