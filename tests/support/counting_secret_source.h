// Randomness that is none: every run of a test gets the same.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/random_source.h"

namespace ptkl::testing {

/// Counts: the bytes are a number, big-endian, one more each time. So uuids of the same moment come in
/// the order in which they were made. May be used from any thread.
class CountingSecretSource final : public RandomSource {
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
