// Threads for the handlers that cost much, shared fairly between the sources of requests.
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

/// Each source has a queue of its own. The next job is one of the source of which fewest run, and
/// among those of the one that has waited longest for its turn: whatever one source has waiting, a
/// job of another waits at most for those that run already. Where as much waits as may, room for who
/// has less waiting comes from who has most.
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
    std::size_t waiting_of_one = 16;  ///< jobs of one source that may wait, besides those that run
    std::size_t waiting_in_all = 256;
  };
  enum class Admission { taken, too_many_of_one, too_many_in_all };

  explicit FairThreadPool(Bounds bounds);
  ~FairThreadPool() { stop(); }

  /// May be called from any thread, and never waits. `job` must not throw. What is not taken is not
  /// called. A job of another source that this one drives out is told so on this thread. After stop()
  /// everything is taken, and none is called.
  Admission submit(const IpAddress& source, Job job);
  /// Waits for the jobs that run; those that have not begun are not called. From one thread.
  void stop();

 private:
  /// Jobs of one source. Here as long as one waits or runs.
  struct Source {
    std::deque<Job> waiting;
    std::size_t running = 0;
    std::uint64_t turn = 0;  ///< the smaller, the longer it has waited
  };
  using Sources = std::map<IpAddress, Source>;

  std::optional<Job> make_room_for(std::size_t waiting_of_one) PTKL_REQUIRES(mutex_);
  void work();
  Sources::iterator next() PTKL_REQUIRES(mutex_);
  void leave(Sources::iterator source) PTKL_REQUIRES(mutex_);

  const Bounds bounds_;
  Mutex mutex_;
  ConditionVariable wake_;
  Sources sources_ PTKL_GUARDED_BY(mutex_);
  std::size_t waiting_ PTKL_GUARDED_BY(mutex_) = 0;  ///< in all
  std::uint64_t turns_ PTKL_GUARDED_BY(mutex_) = 0;
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace ptkl::http
