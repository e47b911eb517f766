// GET /projects/{project}/oauth2/jwks (RFC 7517).
#include "app/projects.h"
#include "server/endpoints/endpoints.h"
#include "server/error_response.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

http::Response refuse(const OpenCall& call, const Error& error) {
  if (error.code == ErrorCode::not_found) {
    return refusal_response(404, "no such project", call.request);
  }
  call.api.ports.log.error("request failed",
                           {{"reason", error.message}, {"request_id", call.request.id}});
  const bool is_temporary = error.code == ErrorCode::unavailable;
  return oauth_error_response(
      {is_temporary ? OAuthErrorCode::temporarily_unavailable : OAuthErrorCode::server_error,
       "the keys cannot be read; try again later"},
      call.request);
}

}  // namespace

http::Response get_jwks(const OpenCall& call) {
  const auto keys = app::list_signing_keys(call.api.ports, call.path.front());
  if (!keys) return refuse(call, keys.error());
  // Verifiers look again at once when a token names an unknown key, so an old copy only costs when
  // a key is withdrawn: minutes are soon enough for that.
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=300"}},
          wire::to_jwks(*keys)};
}

}  // namespace ptkl::server::endpoints
