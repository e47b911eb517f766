#include "process/duration.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/integer.h"

namespace ptkl::process {
namespace {

constexpr std::chrono::seconds kLongest = std::chrono::days(3650);

std::optional<std::chrono::seconds> find_unit(std::string_view text) {
  using std::chrono::seconds;
  if (text == "s") return seconds(1);
  if (text == "m") return seconds(std::chrono::minutes(1));
  if (text == "h") return seconds(std::chrono::hours(1));
  if (text == "d") return seconds(std::chrono::days(1));
  if (text == "w") return seconds(std::chrono::weeks(1));
  return std::nullopt;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer<std::int64_t>(text.substr(0, digits));
  const auto unit = find_unit(text.substr(digits));
  if (!number || !unit) {
    return failure(ErrorCode::invalid_argument,
                   "expected a number with its unit (s, m, h, d or w), as in 24h or 90d");
  }
  if (*number > kLongest / *unit) {
    return failure(ErrorCode::invalid_argument, "expected at most ten years (3650d)");
  }
  return *number * *unit;
}

std::string duration_text(std::chrono::seconds duration) {
  for (const char* unit : {"d", "h", "m"}) {
    const std::chrono::seconds one = *find_unit(unit);
    if (duration >= one && duration % one == std::chrono::seconds(0)) {
      return std::to_string(duration / one) + unit;
    }
  }
  return std::to_string(duration.count()) + "s";
}

}  // namespace ptkl::process
