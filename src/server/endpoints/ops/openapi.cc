// GET /openapi.json: api/openapi.yaml as of the build.
#include <string>

#include "server/endpoints/endpoints.h"
#include "server/endpoints/ops/openapi_document.h"

namespace ptkl::server::endpoints {

http::Response get_openapi(const PublicRequest&) {
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=300"}},
          std::string(openapi_document())};
}

}  // namespace ptkl::server::endpoints
