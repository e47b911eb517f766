// Tokens, under /projects/{project}/oauth2: POST token (RFC 6749 §4.4), POST introspect (RFC 7662) and
// POST revoke (RFC 7009).
#include <optional>
#include <string>
#include <utility>

#include "app/oauth/tokens.h"
#include "server/api/oauth_request.h"
#include "server/api/request_headers.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "server/monitoring/metrics.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

std::optional<std::string> to_optional_text(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

OAuthResult<app::TokenRequest> read_token_request(const PublicRequest& request) {
  const auto form = Form::parse(request.http);
  if (!form) return tl::unexpected(form.error());
  auto client = read_client_credentials(request.http.headers, *form);
  if (!client) return tl::unexpected(client.error());
  const auto grant_type = form->find("grant_type");
  if (!grant_type)
    return oauth_failure(OAuthErrorCode::invalid_request, "the parameter grant_type is missing");
  return app::TokenRequest{{request.path.front(), std::move(client->id), origin_of(request.http)},
                           app::SecretProof{std::move(client->secret)},
                           std::string(*grant_type),
                           to_optional_text(form->find("scope")),
                           to_optional_text(form->find("resource"))};
}

http::Response refuse(const PublicRequest& request, const OAuthError& error) {
  request.context.metrics.token_refused(error.code);
  return oauth_error_response(error, request.http);
}

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

http::Response issue_token(const PublicRequest& request) {
  auto token_request = read_token_request(request);
  if (!token_request) return refuse(request, token_request.error());
  const auto issued = app::issue_token(request.context.app, std::move(*token_request));
  if (!issued) return refuse(request, issued.error());
  return secret_response(200, wire::to_text(wire::TokenAnswer{issued->access_token,
                                                              issued->expires_in, issued->scope}));
}

http::Response introspect_token(const PublicRequest& request) {
  auto introspection = read_introspection_request(request);
  if (!introspection) return oauth_error_response(introspection.error(), request.http);
  const auto claims = app::introspect_token(request.context.app, std::move(*introspection));
  if (!claims) return oauth_error_response(claims.error(), request.http);
  return without_storing(json_response(200, wire::to_introspection(*claims)));
}

http::Response revoke_token(const PublicRequest& request) {
  const auto form = Form::parse(request.http);
  if (!form) return oauth_error_response(form.error(), request.http);
  const auto token = form->find("token");
  if (!token) {
    return oauth_error_response({OAuthErrorCode::invalid_request, "the parameter token is missing"},
                                request.http);
  }
  // Possession of the token is enough: credentials that the client sends along are not read.
  const app::ClaimedClient caller{request.path.front(), "", origin_of(request.http)};
  const auto revoked = app::revoke_token(request.context.app, caller, *token);
  if (!revoked) return oauth_error_response(revoked.error(), request.http);
  return without_storing({200, {}, ""});
}

}  // namespace ptkl::server::endpoints
