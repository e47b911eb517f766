#include "server/duration.h"

#include <charconv>
#include <cstdint>

namespace ptkl::server {
namespace {

/// 0: there is no such unit.
std::int64_t seconds_in(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3600;
  if (unit == "d") return 86'400;
  return 0;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto digits = static_cast<std::size_t>(end - text.data());
  const std::int64_t unit = error == std::errc() ? seconds_in(text.substr(digits)) : 0;
  if (unit == 0) {
    return failure(ErrorCode::invalid_argument,
                   "expected a number with its unit, such as 30m, 1h or 1d");
  }
  return std::chrono::seconds(unit * count);
}

}  // namespace ptkl::server
