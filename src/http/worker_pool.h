// A pool of threads for handlers that may wait.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace ptkl::http {

/// A thread pool with one queue. Each connection has at most one job in it, so that the queue needs a
/// bound of its own only where it is given one. Thread-safe.
class WorkerPool {
 public:
  using Job = std::function<void()>;
  enum class Admission { accepted, pool_full };

  explicit WorkerPool(unsigned threads,
                      std::size_t max_waiting = std::numeric_limits<std::size_t>::max());
  ~WorkerPool() { stop(); }

  /// Queues `job`. A job that is not accepted is not called. Requires: `job` does not throw.
  Admission submit(Job job);
  /// Waits for the running jobs; waiting and later jobs are dropped. Requires: called from one thread.
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
