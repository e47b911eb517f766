// Lets a thread wait for work that other threads announce.
#pragma once

#include <chrono>
#include <condition_variable>
#include <stop_token>
#include <utility>

#include "base/mutex.h"

namespace ptkl {

/// Thread-safe. One thread waits.
class WakeUp {
 public:
  void notify() {
    {
      const MutexLock lock(mutex_);
      notified_ = true;
    }
    changed_.notify_one();
  }

  /// Waits until notify() was called after the last wait, `limit` has passed, or a stop is requested. Returns whether
  /// notify() was called.
  bool wait(const std::stop_token& stop, std::chrono::milliseconds limit) {
    MutexLock lock(mutex_);
    changed_.wait_for(lock, stop, limit, [this]() PTKL_REQUIRES(mutex_) { return notified_; });
    return std::exchange(notified_, false);
  }

 private:
  Mutex mutex_;
  std::condition_variable_any changed_;
  bool notified_ PTKL_GUARDED_BY(mutex_) = false;
};

}  // namespace ptkl
