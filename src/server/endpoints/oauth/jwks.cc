// GET /projects/{project}/oauth2/jwks (RFC 7517).
#include <string>

#include "app/projects/signing_keys.h"
#include "server/api/error_response.h"
#include "server/endpoints/endpoints.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {

http::Response get_jwks(const PublicRequest& request) {
  const auto keys = app::list_published_keys(request.context.app, request.path.front());
  if (!keys) return oauth_error_response(keys.error(), request.http, request.context.app.log);
  // Cached copies must expire before a key signs that they do not contain.
  const std::chrono::seconds max_age = jwks_max_age(request.context.app.key_rotation);
  return {200,
          {{"Content-Type", "application/json"},
           {"Cache-Control", "public, max-age=" + std::to_string(max_age.count())}},
          wire::to_jwks(*keys)};
}

}  // namespace ptkl::server::endpoints
