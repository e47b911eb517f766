// UUIDs, version 7 (RFC 9562 §5.7): sorted by the time at which they were made.
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

  /// A version 7 UUID of that time, with 74 bits of `random`.
  static Uuid make_v7(Timestamp time, const Random& random);

  /// The 36-character form, in lower or upper case, of any version. Fails with invalid_argument.
  static Result<Uuid> parse(std::string_view text);

  /// Lower case, 36 characters.
  std::string text() const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace ptkl
