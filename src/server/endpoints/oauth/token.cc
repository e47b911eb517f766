// POST /projects/{project}/oauth2/token (RFC 6749 §4.4).
#include <optional>
#include <string>
#include <utility>

#include "app/oauth/issue_token.h"
#include "server/api/client_credentials.h"
#include "server/api/error_response.h"
#include "server/api/form.h"
#include "server/api/json_response.h"
#include "server/api/request_origin.h"
#include "server/endpoints/endpoints.h"
#include "server/monitoring/metrics.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

std::optional<std::string> to_optional_text(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

OAuthResult<app::TokenRequest> read_token_request(const OpenCall& call) {
  const auto form = Form::parse(call.request);
  if (!form) return tl::unexpected(form.error());
  auto client = read_client_credentials(call.request.headers, *form);
  if (!client) return tl::unexpected(client.error());
  const auto grant_type = form->find("grant_type");
  if (!grant_type) return oauth_failure(OAuthErrorCode::invalid_request, "grant_type is missing");
  return app::TokenRequest{{call.path.front(), std::move(client->id), origin_of(call.request)},
                           app::SecretProof{std::move(client->secret)},
                           std::string(*grant_type),
                           to_optional_text(form->find("scope")),
                           to_optional_text(form->find("resource"))};
}

http::Response refuse(const OpenCall& call, const OAuthError& error) {
  call.api.metrics.token_refused(error.code);
  return oauth_error_response(error, call.request);
}

}  // namespace

http::Response issue_token(const OpenCall& call) {
  auto request = read_token_request(call);
  if (!request) return refuse(call, request.error());
  const auto issued = app::issue_token(call.api.context, std::move(*request));
  if (!issued) return refuse(call, issued.error());
  return secret_response(200, wire::to_text(wire::TokenAnswer{issued->access_token,
                                                              issued->expires_in, issued->scope}));
}

}  // namespace ptkl::server::endpoints
