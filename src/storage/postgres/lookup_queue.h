// Lookups between the threads that wait for their answers and the workers that send them.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>

#include "base/mutex.h"
#include "storage/postgres/lookup_batch.h"

namespace ptkl::storage {

/// One lookup, on the stack of the thread that waits for it: a query and the promise of its answer.
class Lookup {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  Lookup(const LookupQuery& query, SteadyTime deadline) : query_(query), deadline_(deadline) {}
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  const LookupQuery& query() const { return query_; }
  /// After it the lookup is not sent again.
  SteadyTime deadline() const { return deadline_; }
  /// The answer or the error. Called once: the waiting thread may destroy the lookup as soon as this returns.
  template <class Answer>
  void finish(Result<Answer>&& answer) {
    const MutexLock lock(mutex_);
    if (answer) {
      answer_ = std::move(*answer);
    } else {
      error_ = std::move(answer.error());
    }
    set_finished();
  }
  void fail(const Error& error);

  /// Requires: LookupQueue::submit() succeeded.
  LookupAnswer& answer() { return answer_; }

 private:
  friend class LookupQueue;
  void set_finished() PTKL_REQUIRES(mutex_);
  /// False when it is not finished by then.
  bool wait_until(SteadyTime time);
  void wait();

  const LookupQuery query_;
  const SteadyTime deadline_;
  int attempts_ = 0;  ///< batches that it was in; guarded by the queue
  Mutex mutex_;
  ConditionVariable changed_;
  bool finished_ PTKL_GUARDED_BY(mutex_) = false;
  // Written before finished_ is set and read afterwards, so that the answer is not moved under the lock.
  std::optional<Error> error_;
  LookupAnswer answer_;
};

/// Wakes a thread that waits in poll(). Thread-safe.
class Wakeup {
 public:
  Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;
  ~Wakeup();

  void wake() const;
  /// Readable from wake() until clear().
  int descriptor() const { return descriptor_; }
  void clear() const;

 private:
  int descriptor_;
};

/// Thread-safe. A worker takes everything that waits as its next batch, up to the bound: batches grow under
/// load, and without load no lookup waits for another. So the reading for a lookup starts after its call.
///
/// The lookups of a batch that failed are sent again, each isolated in a batch of its own: one of them may
/// be the cause, and the others must not fail because of it.
class LookupQueue {
 public:
  /// A thread that sends batches over a session of its own.
  struct Worker {
    Wakeup wakeup;
    bool is_idle = false;
    enum class Session { none, open, unreachable } session = Session::none;
  };

  LookupQueue(std::size_t max_batch_size, std::span<Worker> workers)
      : max_batch_size_(max_batch_size), workers_(workers) {}

  /// Waits until the lookup is finished, at most until shortly after its deadline. Errors: unavailable,
  /// immediately while no worker reaches the database.
  Result<void> submit(Lookup& lookup);

  /// Whether anything waits. If not, `worker` is woken as soon as something does.
  bool has_work(Worker& worker);
  /// The next batch; empty when nothing waits: then `worker` is woken as soon as something does.
  LookupBatch take(Worker& worker);
  /// For a batch that failed with `error`: sends each lookup again, isolated. One that was sent too often, or
  /// whose deadline has passed, fails with `error`.
  void requeue_individually(LookupBatch batch, const Error& error);

  void opened(Worker& worker);
  void lost(Worker& worker);
  /// When no worker reaches the database, all lookups fail with `error` until one does.
  void connect_failed(Worker& worker, const Error& error);

  LookupCounts counts() const;

 private:
  bool withdraw(Lookup& lookup);
  void requeue(Lookup& lookup, const Error& error) PTKL_REQUIRES(mutex_);
  void wake_idle_worker() PTKL_REQUIRES(mutex_);
  void fail_all(const Error& error) PTKL_REQUIRES(mutex_);

  const std::size_t max_batch_size_;
  const std::span<Worker> workers_;
  mutable Mutex mutex_;
  std::deque<Lookup*> waiting_ PTKL_GUARDED_BY(mutex_);
  std::optional<Error> outage_ PTKL_GUARDED_BY(mutex_);  ///< why no worker reaches the database
  LookupCounts counts_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::storage
