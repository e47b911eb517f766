// The port for random bytes.
#pragma once

#include <cstdint>
#include <span>

#include "base/uuid.h"

namespace ptkl {

/// A source of cryptographically strong random bytes. Aborts the process when the system provides none.
/// Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  /// A new version 7 UUID for that time.
  Uuid make_uuid(Timestamp now) {
    Uuid::Random random{};
    fill(random);
    return Uuid::make_v7(now, random);
  }
};

}  // namespace ptkl
