// POST /projects/{project}/oauth2/introspect (RFC 7662).
#include <utility>

#include "app/oauth/introspect_token.h"
#include "server/api/client_credentials.h"
#include "server/api/error_response.h"
#include "server/api/form.h"
#include "server/api/json_response.h"
#include "server/api/request_headers.h"
#include "server/endpoints/endpoints.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

OAuthResult<app::IntrospectionRequest> read_introspection_request(const PublicRequest& request) {
  const auto form = Form::parse(request.http);
  if (!form) return tl::unexpected(form.error());
  auto client = read_client_credentials(request.http.headers, *form);
  if (!client) return tl::unexpected(client.error());
  const auto token = form->find("token");
  if (!token) {
    return oauth_failure(OAuthErrorCode::invalid_request, "the parameter token is missing");
  }
  app::IntrospectionRequest introspection{
      {request.path.front(), std::move(client->id), origin_of(request.http)},
      app::SecretProof{std::move(client->secret)},
      std::nullopt,
      SecretString(*token)};
  if (const auto bearer = authorization_of_scheme(request.http.headers, "bearer")) {
    introspection.caller_token = SecretString(*bearer);
  }
  return introspection;
}

}  // namespace

http::Response introspect_token(const PublicRequest& request) {
  auto introspection = read_introspection_request(request);
  if (!introspection) return oauth_error_response(introspection.error(), request.http);
  const auto claims = app::introspect_token(request.context.app, std::move(*introspection));
  if (!claims) return oauth_error_response(claims.error(), request.http);
  return without_storing(json_response(200, wire::to_introspection(*claims)));
}

}  // namespace ptkl::server::endpoints
