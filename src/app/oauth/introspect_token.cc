#include <utility>

#include "app/access/actor.h"
#include "app/access/token_validation.h"
#include "app/oauth/tokens.h"

namespace ptkl::app {
namespace {

OAuthResult<Grants> grants_of_client(const AppContext& context, IntrospectionRequest& request) {
  const auto client = authenticate_client(context, request.caller, std::move(request.caller_proof));
  if (!client) return tl::unexpected(client.error());
  record_use(context, request.caller, *client);
  return grants_of(client->held.roles);
}

OAuthResult<Grants> grants_of_bearer(const AppContext& context,
                                     const IntrospectionRequest& request) {
  auto actor = authenticate(context, request.caller.project, request.caller_token->reveal(),
                            request.caller.origin);
  if (actor) return std::move(actor->grants);
  if (actor.error().code == ErrorCode::unauthenticated) {
    return oauth_failure(OAuthErrorCode::invalid_token, std::move(actor.error().message));
  }
  return tl::unexpected(report_fault(context, request.caller, actor.error()));
}

bool is_known_audience(const Project& project, const AccessToken& claims) {
  return claims.audience == claims.issuer || project.resources.contains(claims.audience);
}

}  // namespace

OAuthResult<std::optional<AccessToken>> introspect_token(const AppContext& context,
                                                         IntrospectionRequest request) {
  // 1. Authenticate the caller.
  const auto caller = request.caller_token ? grants_of_bearer(context, request)
                                           : grants_of_client(context, request);
  if (!caller) return tl::unexpected(caller.error());

  // 2. Authorize it, by its current roles.
  if (auto allowed = require(*caller, permissions::kTokensIntrospect); !allowed) {
    return oauth_failure(OAuthErrorCode::insufficient_scope, std::move(allowed.error().message));
  }

  // 3. Validate the token. The reason why it is inactive is not disclosed.
  auto valid = validate_token(context, request.caller.project, request.token.reveal());
  if (!valid && valid.error().code == ErrorCode::unauthenticated) return std::nullopt;
  if (!valid) return tl::unexpected(report_fault(context, request.caller, valid.error()));
  if (!is_known_audience(valid->project, valid->claims)) return std::nullopt;
  return std::move(valid->claims);
}

}  // namespace ptkl::app
