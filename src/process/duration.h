// Durations as text: `90s`, `30m`, `24h`, `90d`, `2w`.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::process {

/// Reads a whole number with its unit, at most ten years. Errors: invalid_argument.
Result<std::chrono::seconds> parse_duration(std::string_view text);

/// The text in the largest unit of days, hours, minutes and seconds that is exact. parse_duration() reads it.
std::string duration_text(std::chrono::seconds duration);

}  // namespace ptkl::process
