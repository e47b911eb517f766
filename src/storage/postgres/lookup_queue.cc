#include "storage/postgres/lookup_queue.h"

#include <algorithm>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/check.h"

namespace ptkl::storage {
namespace {

// A lookup is sent once with others, and then alone. Twice, because the sessions of all workers may end at
// the same moment: then the second attempt meets another broken session.
constexpr int kMaxAttempts = 3;

}  // namespace

void Lookup::fail(const Error& error) {
  const MutexLock lock(mutex_);
  error_ = error;
  set_finished();
}

// Under the lock: the waiting thread destroys the lookup as soon as it can.
void Lookup::set_finished() {
  finished_ = true;
  changed_.notify_one();
}

bool Lookup::wait_until(SteadyTime time) {
  MutexLock lock(mutex_);
  while (!finished_ && changed_.wait_until(lock, time)) {
  }
  return finished_;
}

void Lookup::wait() {
  MutexLock lock(mutex_);
  while (!finished_) changed_.wait(lock);
}

Wakeup::Wakeup() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  PTKL_CHECK(descriptor_ >= 0);
}

Wakeup::~Wakeup() { ::close(descriptor_); }

void Wakeup::wake() const {
  const std::uint64_t one = 1;
  // A full counter is readable, too.
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof(one));
}

void Wakeup::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(descriptor_, &count, sizeof(count));
}

Result<void> LookupQueue::submit(Lookup& lookup) {
  {
    const MutexLock lock(mutex_);
    if (outage_) return failure(*outage_);
    waiting_.push_back(&lookup);
    ++counts_.lookups;
    wake_idle_worker();
  }
  if (!lookup.wait_until(lookup.deadline())) {
    if (withdraw(lookup)) {
      return failure(ErrorCode::unavailable, "the database did not answer in time");
    }
    lookup.wait();  // a worker has it, and has time limits of its own
  }
  if (lookup.error_) return failure(std::move(*lookup.error_));
  return {};
}

bool LookupQueue::has_work(Worker& worker) {
  const MutexLock lock(mutex_);
  worker.is_idle = waiting_.empty();
  return !waiting_.empty();
}

LookupBatch LookupQueue::take(Worker& worker) {
  const MutexLock lock(mutex_);
  LookupBatch batch;
  const std::size_t expected = std::min(waiting_.size(), max_batch_size_);
  bool isolated = false;
  while (!waiting_.empty() && batch.size() < max_batch_size_ && !isolated) {
    Lookup& next = *waiting_.front();
    isolated = next.attempts_ > 0;
    if (isolated && !batch.empty()) break;
    waiting_.pop_front();
    ++next.attempts_;
    batch.add(next, next.query(), isolated ? 1 : expected);
  }
  worker.is_idle = batch.empty();
  if (batch.empty()) return batch;
  ++counts_.batches;
  // The rest is for another worker.
  if (!waiting_.empty()) wake_idle_worker();
  return batch;
}

void LookupQueue::requeue_individually(LookupBatch batch, const Error& error) {
  std::vector<Lookup*> lookups;
  batch.for_each([&](const auto& entry) { lookups.push_back(entry.lookup); });
  const MutexLock lock(mutex_);
  for (Lookup* lookup : lookups) requeue(*lookup, error);
  if (!waiting_.empty()) wake_idle_worker();
}

void LookupQueue::opened(Worker& worker) {
  const MutexLock lock(mutex_);
  worker.session = Worker::Session::open;
  outage_.reset();
}

void LookupQueue::lost(Worker& worker) {
  const MutexLock lock(mutex_);
  worker.session = Worker::Session::none;
}

void LookupQueue::connect_failed(Worker& worker, const Error& error) {
  const MutexLock lock(mutex_);
  worker.session = Worker::Session::unreachable;
  worker.is_idle = false;
  const bool is_outage = std::all_of(workers_.begin(), workers_.end(), [](const Worker& other) {
    return other.session == Worker::Session::unreachable;
  });
  if (is_outage) {
    fail_all(error);
  } else if (!waiting_.empty()) {
    wake_idle_worker();
  }
}

LookupCounts LookupQueue::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

bool LookupQueue::withdraw(Lookup& lookup) {
  const MutexLock lock(mutex_);
  return std::erase(waiting_, &lookup) > 0;
}

// An overdue lookup is never put back: the waiting thread no longer tries to withdraw it.
void LookupQueue::requeue(Lookup& lookup, const Error& error) {
  const bool has_time = Lookup::SteadyTime::clock::now() < lookup.deadline();
  if (!outage_ && has_time && lookup.attempts_ < kMaxAttempts) {
    waiting_.push_front(&lookup);
  } else {
    lookup.fail(error);
  }
}

// Preferably a worker that need not connect first: at low load the same session answers all.
void LookupQueue::wake_idle_worker() {
  Worker* chosen = nullptr;
  for (Worker& worker : workers_) {
    if (!worker.is_idle) continue;
    if (chosen == nullptr) chosen = &worker;
    if (worker.session != Worker::Session::open) continue;
    chosen = &worker;
    break;
  }
  if (chosen == nullptr) return;
  chosen->is_idle = false;
  chosen->wakeup.wake();
}

void LookupQueue::fail_all(const Error& error) {
  outage_ = error;
  for (Lookup* lookup : std::exchange(waiting_, {})) lookup->fail(error);
}

}  // namespace ptkl::storage
