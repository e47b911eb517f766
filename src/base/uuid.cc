#include "base/uuid.h"

#include <algorithm>

#include "base/encoding.h"

namespace ptkl {
namespace {

constexpr std::string_view kShape = "00000000-0000-0000-0000-000000000000";

}  // namespace

Uuid Uuid::make_v7(Timestamp time, const Random& random) {
  Uuid uuid;
  const auto millis = static_cast<std::uint64_t>(to_unix_millis(time));
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes_[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  }
  std::copy(random.begin(), random.end(), uuid.bytes_.begin() + 6);
  uuid.bytes_[6] = static_cast<std::uint8_t>(0x70 | (uuid.bytes_[6] & 0x0F));
  uuid.bytes_[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes_[8] & 0x3F));
  return uuid;
}

Result<Uuid> Uuid::parse(std::string_view text) {
  // Made only when needed: its text costs an allocation, and parsing a UUID is on the hot path.
  const auto refusal = [] {
    return failure(ErrorCode::invalid_argument,
                   "expected a uuid like 0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b");
  };
  if (text.size() != kShape.size()) return refusal();
  Uuid uuid;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '-') {
      if (text[i] != '-') return refusal();
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return refusal();
    std::uint8_t& byte = uuid.bytes_[nibble / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++nibble;
  }
  return uuid;
}

std::string Uuid::text() const {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string out(kShape);
  std::size_t nibble = 0;
  for (char& c : out) {
    if (c == '-') continue;
    const std::uint8_t byte = bytes_[nibble / 2];
    c = kHexDigits[nibble % 2 == 0 ? byte >> 4 : byte & 15];
    ++nibble;
  }
  return out;
}

}  // namespace ptkl
