#include <algorithm>
#include <utility>

#include "app/access/actor.h"
#include "app/oauth/tokens.h"
#include "app/tokens/claims.h"

namespace ptkl::app {
namespace {

OAuthResult<const Grant*> find_requested_grant(const TokenRequest& request) {
  if (request.grant_type.empty()) {
    return oauth_failure(OAuthErrorCode::invalid_request, "the parameter grant_type is missing");
  }
  const Grant* grant = find_grant(request.grant_type);
  if (grant != nullptr) return grant;
  std::string known;
  for (const Grant& supported : supported_grants()) {
    known += known.empty() ? "expected " : " or ";
    known += supported.grant_type;
  }
  return oauth_failure(OAuthErrorCode::unsupported_grant_type, std::move(known));
}

/// No token outlives the credential that it is issued for.
Timestamp expiry_of(const ClientRecord& record, Timestamp now) {
  const Timestamp expiry = now + record.project.token_lifetime;
  return std::min(expiry, record.credential.ends_at().value_or(expiry));
}

/// Absent if the project does not allow tokens for that resource.
std::optional<std::string> audience_of(const TokenRequest& request, const Project& project,
                                       const std::string& issuer) {
  const auto& resource = request.resource;
  if (!resource || resource->empty() || *resource == issuer) return issuer;
  if (!project.resources.contains(*resource)) return std::nullopt;
  return *resource;
}

/// All claims except scope and audience.
AccessToken claims_of(const AppContext& context, const AuthenticatedClient& client,
                      const Grants& grants) {
  const ClientRecord& record = client.record;
  return make_claims(context, record.project,
                     {.id = record.user.id,
                      .name = record.user.username.text(),
                      .roles = client.held.roles,
                      .grants = grants,
                      .slot = record.credential.slot.later(client.held.pending_changes),
                      .issued_at = client.at,
                      .expires_at = expiry_of(record, client.at)});
}

}  // namespace

OAuthResult<IssuedToken> issue_token(const AppContext& context, TokenRequest request) {
  // 1. The grant.
  const auto grant = find_requested_grant(request);
  if (!grant) return tl::unexpected(grant.error());

  // 2. The client and its proof.
  const auto client = (*grant)->authenticate(context, request);
  if (!client) return tl::unexpected(client.error());
  const ClientRecord& record = client->record;
  const auto refuse = [&](AuthFailureReason reason, OAuthError answer) {
    report_refusal(context, request.client, reason, record.credential.id.text());
    return tl::unexpected<OAuthError>(std::move(answer));
  };

  // 3. The scope.
  const Grants grants = grants_of(client->held.roles);
  auto scope = (*grant)->select_scope(request.scope, grants.permissions);
  if (!scope) {
    return refuse(AuthFailureReason::scope_not_granted,
                  {OAuthErrorCode::invalid_scope,
                   "expected permissions that the client has, separated by single spaces"});
  }

  // 4. The claims.
  AccessToken token = claims_of(context, *client, grants);
  auto audience = audience_of(request, record.project, token.issuer);
  if (!audience) {
    return refuse(AuthFailureReason::resource_not_allowed,
                  {OAuthErrorCode::invalid_target,
                   "expected the issuer or a resource that the project allows"});
  }
  token.scope = std::move(*scope);
  token.audience = std::move(*audience);

  // 5. The use: recorded even if signing fails, since the client has authenticated.
  record_use(context, request.client, *client);

  // 6. The signature.
  auto text = context.token_signer.sign(record.signing_key, token);
  if (!text) return tl::unexpected(report_fault(context, request.client, text.error()));
  report(context, TokenIssue{record.project.id, record.user.id, record.credential.id,
                             request.client.origin.source_address});
  return issued(std::move(*text), std::move(token));
}

}  // namespace ptkl::app
