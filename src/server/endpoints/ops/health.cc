// GET /healthz: the process runs. GET /readyz: it can also serve.
#include "server/api/error_response.h"
#include "server/api/json_response.h"
#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response get_health(const OpenCall&) {
  return without_storing(json_response(200, {{"status", "ok"}}));
}

http::Response get_readiness(const OpenCall& call) {
  const auto ready = call.api.check_readiness();
  // With the reason, other than on our API: who asks this runs the server.
  if (!ready) return problem_response(503, ready.error(), call.request);
  return without_storing(json_response(200, {{"status", "ready"}}));
}

}  // namespace ptkl::server::endpoints
