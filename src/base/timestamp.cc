#include "base/timestamp.h"

#include <cstdint>

#include <fmt/format.h>

namespace ptkl {
namespace {

/// The decimal number in `text`, or -1 when a character is not a digit.
int digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string to_rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  const auto refusal =
      failure(ErrorCode::invalid_argument, "expected a time in UTC like 2026-11-24T21:34:10Z");
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() < kShape.size() + 1 || text.back() != 'Z') return refusal;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != '0' && text[i] != kShape[i]) return refusal;
  }
  const std::chrono::year_month_day date(std::chrono::year(digits(text.substr(0, 4))),
                                         std::chrono::month(unsigned(digits(text.substr(5, 2)))),
                                         std::chrono::day(unsigned(digits(text.substr(8, 2)))));
  const int hour = digits(text.substr(11, 2));
  const int minute = digits(text.substr(14, 2));
  const int second = digits(text.substr(17, 2));
  if (digits(text.substr(0, 4)) < 0 || !date.ok()) return refusal;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return refusal;
  }

  std::string_view fraction = text.substr(kShape.size());
  fraction.remove_suffix(1);
  int millis = 0;
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > 10) return refusal;
    std::string padded(fraction.substr(1));
    if (digits(padded) < 0) return refusal;
    padded.resize(3, '0');
    millis = digits(padded);
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(millis);
}

}  // namespace ptkl
