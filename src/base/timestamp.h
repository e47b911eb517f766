// Points in time, and their text form on the wire (RFC 3339, UTC).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// UTC, to the millisecond: what the database stores and the wire shows.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2026-11-24T21:34:10.123Z`; always with milliseconds and `Z`.
std::string to_rfc3339(Timestamp time);

/// Reads RFC 3339 with `Z`, with or without a fraction (digits past the third are cut off).
/// Fails with invalid_argument on anything else, a date that does not exist included.
Result<Timestamp> parse_rfc3339(std::string_view text);

/// Milliseconds since 1970, as stored.
inline std::int64_t to_unix_millis(Timestamp time) { return time.time_since_epoch().count(); }
inline Timestamp from_unix_millis(std::int64_t millis) {
  return Timestamp(std::chrono::milliseconds(millis));
}

/// Whole seconds since 1970, rounded down, as a JWT's NumericDate (RFC 7519 §2).
inline std::int64_t to_unix_seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace ptkl
