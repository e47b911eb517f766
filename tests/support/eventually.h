// Waits for a condition.
#pragma once

#include <chrono>
#include <thread>

namespace ptkl::testing {

/// Polls `condition` until it is true. Returns false if it does not become true within a minute, which is long
/// enough for every test on a busy machine.
template <class Condition>
[[nodiscard]] bool eventually(const Condition& condition) {
  constexpr std::chrono::minutes kDeadline{1};
  constexpr std::chrono::milliseconds kPause{1};
  const auto end = std::chrono::steady_clock::now() + kDeadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace ptkl::testing
