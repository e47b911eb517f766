// Threads for the handlers that may wait.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace ptkl::http {

/// Each connection has at most one job in the queue; a bound of its own it has only where it is told.
class WorkerPool {
 public:
  using Job = std::function<void()>;
  enum class Admission { taken, too_many };

  explicit WorkerPool(unsigned threads,
                      std::size_t max_waiting = std::numeric_limits<std::size_t>::max());
  ~WorkerPool() { stop(); }

  /// May be called from any thread. `job` must not throw. What is not taken is not called.
  Admission submit(Job job);
  /// Waits for the jobs that run; those that have not begun are dropped, and so are later ones.
  /// From one thread.
  void stop();

 private:
  void work();

  const std::size_t max_waiting_;
  Mutex mutex_;
  ConditionVariable wake_;
  std::deque<Job> jobs_ PTKL_GUARDED_BY(mutex_);
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace ptkl::http
