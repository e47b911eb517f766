// The figures of the process itself, under the names that Prometheus' own clients use.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

namespace ptkl::server {

/// Reads them from /proc. What cannot be read is left out.
std::vector<prometheus::MetricFamily> read_process_metrics();

}  // namespace ptkl::server
