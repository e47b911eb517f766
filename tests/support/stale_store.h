// A store that reads from an old snapshot, as a cache or a lagging replica would. It shows that a test detects
// outdated reads.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/ports/store.h"

namespace ptkl::testing {

/// Serves a number of reads from one snapshot before it takes the next one.
class StaleStore final : public Store {
 public:
  StaleStore(Store& inner, int reads_per_snapshot)
      : inner_(inner),
        reads_per_snapshot_(reads_per_snapshot),
        thread_([this](const std::stop_token& stop) { serve(stop); }) {}

  Result<void> transact(const Body& body) override { return inner_.transact(body); }

  Result<void> read(const Body& body) override {
    Job job{body, {}, false};
    std::unique_lock lock(mutex_);
    jobs_.push_back(&job);
    changed_.notify_all();
    changed_.wait(lock, [&job] { return job.done; });
    return std::move(job.result);
  }

 private:
  struct Job {
    const Body& body;
    Result<void> result;
    bool done;
  };

  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto served = inner_.read([&](Transaction& snapshot) -> Result<void> {
        for (int i = 0; i < reads_per_snapshot_ && serve_next(stop, snapshot); ++i) continue;
        return {};
      });
      if (!served) return;
    }
  }

  /// Returns false when the store is being destroyed.
  bool serve_next(const std::stop_token& stop, Transaction& snapshot) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return !jobs_.empty(); })) return false;
    Job& job = *jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    Result<void> result = job.body(snapshot);
    lock.lock();
    job.result = std::move(result);
    job.done = true;
    changed_.notify_all();
    return true;
  }

  Store& inner_;
  int reads_per_snapshot_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job*> jobs_;
  std::jthread thread_;  // the last member: it uses the others, and is joined first
};

}  // namespace ptkl::testing
