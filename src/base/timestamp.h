// Points in time, and their text form (RFC 3339, UTC).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// UTC with milliseconds, as the database and the API have it. Units: milliseconds since 1970.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2026-11-24T21:34:10.123Z`; always with milliseconds and `Z`.
std::string to_rfc3339(Timestamp time);

/// Reads RFC 3339 with `Z`, with or without a fraction (digits past the third are cut off).
/// Errors: invalid_argument for anything else, including dates that do not exist.
Result<Timestamp> parse_rfc3339(std::string_view text);

/// Units: milliseconds since 1970, as in the database.
inline std::int64_t to_unix_millis(Timestamp time) { return time.time_since_epoch().count(); }
inline Timestamp from_unix_millis(std::int64_t millis) {
  return Timestamp(std::chrono::milliseconds(millis));
}

/// Units: whole seconds since 1970, rounded down, as NumericDate of a JWT (RFC 7519 §2).
inline std::int64_t to_unix_seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace ptkl
