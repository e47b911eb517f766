#include "storage/postgres/lookup_queue.h"

#include <algorithm>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "base/check.h"

namespace ptkl::storage {
namespace {

// Once by itself, once more when the connection broke, and once alone.
constexpr int kMostTimesAsked = 3;

}  // namespace

Wakeup::Wakeup() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  PTKL_CHECK(descriptor_ >= 0);
}

Wakeup::~Wakeup() { ::close(descriptor_); }

void Wakeup::wake() const {
  const std::uint64_t one = 1;
  // A counter that is full is as readable as one that is not.
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof(one));
}

void Wakeup::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(descriptor_, &count, sizeof(count));
}

Result<void> LookupQueue::ask(Lookup& lookup) {
  {
    const MutexLock lock(mutex_);
    if (outage_) return failure(*outage_);
    waiting_.push_back(&lookup);
    ++counts_.lookups;
    wake_an_idle_one();
  }
  if (!lookup.wait_until(lookup.deadline())) {
    if (withdraw(lookup)) {
      return failure(ErrorCode::unavailable, "the database did not answer in time");
    }
    lookup.wait();  // an asker has it, and has limits of its own
  }
  return lookup.outcome();
}

bool LookupQueue::is_needed(Asker& asker) {
  const MutexLock lock(mutex_);
  asker.is_idle = waiting_.empty();
  return !waiting_.empty();
}

LookupBatch LookupQueue::take(Asker& asker) {
  const MutexLock lock(mutex_);
  LookupBatch batch;
  while (!waiting_.empty() && batch.all.size() < most_of_a_batch_) {
    Lookup& next = *waiting_.front();
    if (next.goes_alone && !batch.all.empty()) break;
    waiting_.pop_front();
    ++next.times_asked;
    next.join(batch);
    if (next.goes_alone) break;
  }
  asker.is_idle = batch.all.empty();
  if (batch.all.empty()) return batch;
  ++counts_.batches;
  // What does not fit is for another one.
  if (!waiting_.empty()) wake_an_idle_one();
  return batch;
}

void LookupQueue::give_back(const LookupBatch& batch, const Error& error) {
  const MutexLock lock(mutex_);
  std::for_each(batch.all.rbegin(), batch.all.rend(),
                [&](Lookup* lookup) PTKL_REQUIRES(mutex_) { put_back(*lookup, error); });
  if (!waiting_.empty()) wake_an_idle_one();
}

void LookupQueue::give_back_singly(const LookupBatch& batch, const Error& error) {
  for (Lookup* lookup : batch.all) {
    if (std::exchange(lookup->goes_alone, true)) lookup->times_asked = kMostTimesAsked;
  }
  give_back(batch, error);
}

void LookupQueue::opened(Asker& asker) {
  const MutexLock lock(mutex_);
  asker.session = Asker::Session::open;
  outage_.reset();
}

void LookupQueue::lost(Asker& asker) {
  const MutexLock lock(mutex_);
  asker.session = Asker::Session::none;
}

void LookupQueue::not_reached(Asker& asker, const Error& error) {
  const MutexLock lock(mutex_);
  asker.session = Asker::Session::unreachable;
  asker.is_idle = false;
  const bool nobody = std::all_of(askers_.begin(), askers_.end(), [](const Asker& other) {
    return other.session == Asker::Session::unreachable;
  });
  if (nobody) {
    fail_all(error);
  } else if (!waiting_.empty()) {
    wake_an_idle_one();
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

// A lookup that is overdue is never put back: the one who waits has given up to withdraw it.
void LookupQueue::put_back(Lookup& lookup, const Error& error) {
  const bool is_worth_it = !outage_ && lookup.times_asked < kMostTimesAsked &&
                           Lookup::SteadyTime::clock::now() < lookup.deadline();
  if (is_worth_it) {
    waiting_.push_front(&lookup);
  } else {
    lookup.finish(error);
  }
}

// The first that can answer without connecting: at low load the same session answers all.
void LookupQueue::wake_an_idle_one() {
  Asker* chosen = nullptr;
  for (Asker& asker : askers_) {
    if (!asker.is_idle) continue;
    if (chosen == nullptr) chosen = &asker;
    if (asker.session != Asker::Session::open) continue;
    chosen = &asker;
    break;
  }
  if (chosen == nullptr) return;
  chosen->is_idle = false;
  chosen->wakeup.wake();
}

void LookupQueue::fail_all(const Error& error) {
  outage_ = error;
  for (Lookup* lookup : std::exchange(waiting_, {})) lookup->finish(error);
}

}  // namespace ptkl::storage
