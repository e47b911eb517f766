// Lengths of time as people write them: `90s`, `30m`, `24h`, `90d`, `2w`.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::process {

/// A whole number and its unit, at most ten years. Fails with invalid_argument.
Result<std::chrono::seconds> parse_duration(std::string_view text);

/// In the largest of days, hours, minutes and seconds that is exact; parse_duration() reads it back.
std::string duration_text(std::chrono::seconds duration);

}  // namespace ptkl::process
