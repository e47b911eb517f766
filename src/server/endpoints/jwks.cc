// GET /projects/{project}/oauth2/jwks (RFC 7517).
#include "app/signing_keys.h"
#include "server/endpoints/endpoints.h"
#include "server/error_response.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

http::Response get_jwks(const OpenCall& call) {
  const auto keys = app::list_published_keys(call.api.ports, call.path.front());
  if (!keys) return oauth_error_response(keys.error(), call.request, call.api.ports.log);
  // Verifiers look again at once when a token names an unknown key, so an old copy only costs when
  // a key is withdrawn: minutes are soon enough for that.
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=300"}},
          wire::to_jwks(*keys)};
}

}  // namespace ptkl::server::endpoints
