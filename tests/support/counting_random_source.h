// Deterministic randomness, the same in every run of a test.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/random_source.h"

namespace ptkl::testing {

/// Returns a big-endian number that is incremented by each call, so that UUIDs of the same time sort in the order
/// of creation. Thread-safe.
class CountingRandomSource final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    std::uint64_t number = ++count_;
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
    for (auto byte = bytes.rbegin(); byte != bytes.rend() && number > 0; ++byte) {
      *byte = static_cast<std::uint8_t>(number);
      number >>= 8;
    }
  }

 private:
  std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace ptkl::testing
