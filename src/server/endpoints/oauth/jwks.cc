// GET /projects/{project}/oauth2/jwks (RFC 7517).
#include <string>

#include "app/projects/signing_keys.h"
#include "server/api/error_response.h"
#include "server/endpoints/endpoints.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

http::Response get_jwks(const OpenCall& call) {
  const auto keys = app::list_published_keys(call.api.context, call.path.front());
  if (!keys) return oauth_error_response(keys.error(), call.request, call.api.context.log);
  // Old copies have to be gone before a key signs that they do not know.
  const std::chrono::seconds max_age = jwks_max_age(call.api.context.key_rotation);
  return {200,
          {{"Content-Type", "application/json"},
           {"Cache-Control", "public, max-age=" + std::to_string(max_age.count())}},
          wire::to_jwks(*keys)};
}

}  // namespace ptkl::server::endpoints
