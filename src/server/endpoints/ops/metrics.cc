// GET /metrics, for Prometheus.
#include "server/monitoring/metrics.h"

#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response get_metrics(const PublicRequest& request) {
  request.context.metrics.lookups_shared(request.context.app.store.lookup_counts());
  return {
      200,
      {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}},
      request.context.metrics.text()};
}

}  // namespace ptkl::server::endpoints
