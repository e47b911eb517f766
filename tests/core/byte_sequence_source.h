// Predictable randomness for tests.
#pragma once

#include "base/random_source.h"

namespace ptkl {

/// Returns the bytes 1, 2, 3, …
class ByteSequenceSource final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

}  // namespace ptkl
