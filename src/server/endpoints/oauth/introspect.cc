// POST /projects/{project}/oauth2/introspect (RFC 7662).
#include <utility>

#include "app/oauth/introspect_token.h"
#include "server/api/authorization_header.h"
#include "server/api/client_credentials.h"
#include "server/api/error_response.h"
#include "server/api/form.h"
#include "server/api/json_response.h"
#include "server/api/request_origin.h"
#include "server/endpoints/endpoints.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

OAuthResult<app::IntrospectionRequest> read_introspection_request(const OpenCall& call) {
  const auto form = Form::parse(call.request);
  if (!form) return tl::unexpected(form.error());
  auto client = read_client_credentials(call.request.headers, *form);
  if (!client) return tl::unexpected(client.error());
  const auto token = form->find("token");
  if (!token) {
    return oauth_failure(OAuthErrorCode::invalid_request, "the parameter token is missing");
  }
  app::IntrospectionRequest request{
      {call.path.front(), std::move(client->id), origin_of(call.request)},
      app::SecretProof{std::move(client->secret)},
      std::nullopt,
      SecretString(*token)};
  if (const auto bearer = authorization_of_scheme(call.request.headers, "bearer")) {
    request.caller_token = SecretString(*bearer);
  }
  return request;
}

}  // namespace

http::Response introspect_token(const OpenCall& call) {
  auto request = read_introspection_request(call);
  if (!request) return oauth_error_response(request.error(), call.request);
  const auto claims = app::introspect_token(call.api.context, std::move(*request));
  if (!claims) return oauth_error_response(claims.error(), call.request);
  return without_storing(json_response(200, wire::to_introspection(*claims)));
}

}  // namespace ptkl::server::endpoints
