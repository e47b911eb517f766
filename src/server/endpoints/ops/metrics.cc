// GET /metrics, for Prometheus.
#include "server/monitoring/metrics.h"

#include "server/endpoints/endpoints.h"

namespace ptkl::server::endpoints {

http::Response get_metrics(const OpenCall& call) {
  call.api.metrics.lookups_shared(call.api.context.store.lookup_counts());
  return {
      200,
      {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}},
      call.api.metrics.text()};
}

}  // namespace ptkl::server::endpoints
