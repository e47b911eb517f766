// Waiting for a condition instead of guessing how long something takes.
#pragma once

#include <chrono>
#include <thread>

namespace ptkl::testing {

/// Polls `condition` until it is true. False when it was not within a minute, which nothing that a test
/// waits for takes, however busy the machine is.
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
