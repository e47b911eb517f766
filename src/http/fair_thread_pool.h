// A pool of threads for CPU-heavy handlers, shared fairly between the sources of requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "base/ip_address.h"
#include "base/mutex.h"

namespace ptkl::http {

/// A thread pool with one queue per source. The next job comes from the source with the fewest running
/// jobs; among equals, from the source that has waited longest. So a job waits at most for the jobs
/// that run already, however many jobs another source has waiting. When the queues are full, a source
/// with few waiting jobs evicts a job of the source with the most. Thread-safe.
class FairThreadPool {
 public:
  /// Why a job is called. Each is called once.
  enum class Outcome {
    run,
    evicted,  ///< it made room for a job of another source, and does not run
  };
  using Job = std::function<void(Outcome)>;

  struct Bounds {
    unsigned threads = 2;
    std::size_t max_waiting_per_source = 16;  ///< of one source, without its running jobs
    std::size_t max_waiting = 256;            ///< of all sources
  };
  enum class Admission { accepted, source_full, pool_full };

  explicit FairThreadPool(Bounds bounds);
  ~FairThreadPool() { stop(); }

  /// Queues `job` without waiting. A job that is not accepted is not called. A job of another source that
  /// is evicted for this one is called on this thread. After stop(), every job is accepted and none is
  /// called. Requires: `job` does not throw.
  Admission submit(const IpAddress& source, Job job);
  /// Waits for the running jobs; waiting jobs are not called. Requires: called from one thread.
  void stop();

 private:
  /// The jobs of one source. Exists while one waits or runs.
  struct Source {
    std::deque<Job> waiting;
    std::size_t running = 0;
    std::uint64_t turn = 0;  ///< the smaller, the longer the source has waited
  };
  using Sources = std::map<IpAddress, Source>;

  std::optional<Job> make_room_for(std::size_t own_waiting) PTKL_REQUIRES(mutex_);
  void work();
  Sources::iterator next() PTKL_REQUIRES(mutex_);
  void leave(Sources::iterator source) PTKL_REQUIRES(mutex_);

  const Bounds bounds_;
  Mutex mutex_;
  ConditionVariable wake_;
  Sources sources_ PTKL_GUARDED_BY(mutex_);
  std::size_t waiting_ PTKL_GUARDED_BY(mutex_) = 0;  ///< in all queues
  std::uint64_t turns_ PTKL_GUARDED_BY(mutex_) = 0;
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace ptkl::http
