#include "server/config/setting_values.h"

#include <fmt/format.h>

#include "base/integer.h"
#include "process/duration.h"

namespace ptkl::server {
namespace {

using std::chrono::seconds;

/// The longest that parse_duration() takes.
constexpr seconds kLongestDuration = std::chrono::days(3650);

tl::unexpected<Error> expected(std::string what) {
  return failure(ErrorCode::invalid_argument, "expected " + std::move(what));
}

std::string range_text(seconds least, seconds most, std::string_view example) {
  const std::string to = process::duration_text(most);
  return least == seconds::zero() ? fmt::format("a duration up to {}, such as {}", to, example)
                                  : fmt::format("a duration from {} to {}, such as {}",
                                                process::duration_text(least), to, example);
}

}  // namespace

Parser<std::uint32_t> number(std::uint32_t least, std::uint32_t most) {
  return [=](std::string_view text) -> Result<std::uint32_t> {
    const auto number = parse_integer<std::uint32_t>(text);
    if (number && *number >= least && *number <= most) return *number;
    return expected(fmt::format("a number from {} to {}", least, most));
  };
}

Parser<seconds> duration(seconds least, seconds most, std::string_view example, Unit unit) {
  return [=](std::string_view text) -> Result<seconds> {
    const bool is_plain_number = text.find_first_not_of("0123456789") == std::string_view::npos;
    const bool adds_unit = is_plain_number && unit == Unit::seconds_by_default;
    const auto duration = process::parse_duration(std::string(text) + (adds_unit ? "s" : ""));
    if (duration && *duration >= least && *duration <= most) return *duration;
    return expected(range_text(least, most, example));
  };
}

Parser<std::optional<seconds>> duration_or(std::string_view word, seconds least,
                                           std::string_view example) {
  return [=](std::string_view text) -> Result<std::optional<seconds>> {
    if (text == word) return std::nullopt;
    const auto duration = process::parse_duration(text);
    if (duration && *duration >= least) return *duration;
    return expected(fmt::format("{}, or {}", range_text(least, kLongestDuration, example), word));
  };
}

Parser<std::filesystem::path> path() {
  return [](std::string_view text) -> Result<std::filesystem::path> {
    if (text.empty()) return expected("a path");
    return std::filesystem::path(text);
  };
}

}  // namespace ptkl::server
