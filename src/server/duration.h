// Lengths of time as people write them.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace ptkl::server {

/// A whole number and its unit: `90s`, `30m`, `1h`, `1d`. Fails with invalid_argument.
Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace ptkl::server
