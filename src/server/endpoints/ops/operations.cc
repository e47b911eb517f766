// What operators and tools read: GET /healthz (the process is running), GET /readyz (it can serve
// requests), GET /metrics (for Prometheus), GET /openapi.json (api/openapi.yaml as of the build).
#include <string>

#include "server/api/responses.h"
#include "server/endpoints/embedded.h"
#include "server/endpoints/endpoints.h"
#include "server/monitoring/metrics.h"

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

http::Response get_metrics(const PublicRequest& request) {
  request.context.metrics.lookups_shared(request.context.app.store.lookup_counts());
  return {
      200,
      {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}},
      request.context.metrics.text()};
}

http::Response get_openapi(const PublicRequest&) {
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=300"}},
          std::string(openapi_document())};
}

}  // namespace ptkl::server::endpoints
