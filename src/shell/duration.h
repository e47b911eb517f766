// Lengths of time as people write them: `90s`, `30m`, `24h`, `90d`, `2w`.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace ptkl::shell {

/// A whole number and its unit, at most ten years. Fails with invalid_argument.
Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace ptkl::shell
