// The metrics of the process, under the standard names of Prometheus' client libraries.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

namespace ptkl::server {

/// Reads them from /proc, and leaves out those that cannot be read.
std::vector<prometheus::MetricFamily> read_process_metrics();

}  // namespace ptkl::server
