// UUIDs, version 7 (RFC 9562 §5.7), which sort by creation time.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"

namespace ptkl {

class Uuid {
 public:
  using Random = std::array<std::uint8_t, 10>;

  /// A version 7 UUID for that time, with 74 bits of `random`.
  static Uuid make_v7(Timestamp time, const Random& random);

  /// Reads the 36-character form of any version, in lower or upper case. Errors: invalid_argument.
  static Result<Uuid> parse(std::string_view text);

  /// The 36-character form in lower case.
  std::string text() const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace ptkl
