// GET /healthz: the process is running. GET /readyz: it can serve requests.
#include "server/api/error_response.h"
#include "server/api/json_response.h"
#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response get_health(const PublicRequest&) {
  return without_storing(json_response(200, {{"status", "ok"}}));
}

http::Response get_readiness(const PublicRequest& request) {
  const auto ready = request.context.check_readiness();
  // With the reason, unlike our API: this is for the operator of the server.
  if (!ready) return problem_response(503, ready.error(), request.http);
  return without_storing(json_response(200, {{"status", "ready"}}));
}

}  // namespace ptkl::server::endpoints
