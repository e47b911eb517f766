// The port through which randomness comes in.
#pragma once

#include <cstdint>
#include <span>

#include "base/uuid.h"

namespace ptkl {

/// Cryptographically strong random bytes. May be called from any thread; ends the process when the
/// machine has no randomness to give.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  /// A new version 7 uuid of that time.
  Uuid make_uuid(Timestamp now) {
    Uuid::Random random{};
    fill(random);
    return Uuid::make_v7(now, random);
  }
};

}  // namespace ptkl
