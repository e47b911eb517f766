// Threads for the handlers that may wait.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ptkl::http {

/// A queue without a bound of its own: each connection has at most one job in it.
class WorkerPool {
 public:
  using Job = std::function<void()>;

  explicit WorkerPool(unsigned threads);
  ~WorkerPool() { stop(); }

  /// May be called from any thread. `job` must not throw.
  void submit(Job job);
  /// Waits for the jobs that run; those that have not begun are dropped, and so are later ones.
  /// From one thread.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ptkl::http
