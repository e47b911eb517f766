// A clock that a test controls.
#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace ptkl::testing {

/// Starts at 2026-01-05T08:00:00Z and stands still until advanced. Thread-safe.
class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return from_unix_millis(millis_); }
  void advance(std::chrono::milliseconds by) { millis_ += by.count(); }

 private:
  std::atomic<std::int64_t> millis_ = 1'767'600'000'000;
};

}  // namespace ptkl::testing
