#include "http/fair_pool.h"

#include <tuple>
#include <utility>

namespace ptkl::http {

FairPool::FairPool(Bounds bounds) : bounds_(bounds) {
  threads_.reserve(bounds.threads);
  for (unsigned i = 0; i < bounds.threads; ++i) threads_.emplace_back([this] { work(); });
}

FairPool::Admission FairPool::submit(const IpAddress& source, Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Admission::taken;
    const auto known = sources_.find(source);
    if (known != sources_.end() && known->second.waiting.size() >= bounds_.waiting_of_one) {
      return Admission::too_many_of_one;
    }
    if (waiting_ >= bounds_.waiting_in_all) return Admission::too_many_in_all;
    Source& queue = known == sources_.end() ? sources_[source] : known->second;
    if (queue.waiting.empty()) queue.turn = ++turns_;
    queue.waiting.push_back(std::move(job));
    ++waiting_;
  }
  wake_.notify_one();
  return Admission::taken;
}

void FairPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  sources_.clear();
}

void FairPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || waiting_ > 0; });
    if (stopping_) return;
    const auto source = next();
    {
      Job job = std::move(source->second.waiting.front());
      source->second.waiting.pop_front();
      --waiting_;
      ++source->second.running;
      lock.unlock();
      job();
    }  // what the job holds goes without the lock
    lock.lock();
    leave(source);
  }
}

// Looks at all of them: there are no more than jobs that wait or run.
FairPool::Sources::iterator FairPool::next() {
  const auto rank = [](const Source& source) { return std::tuple(source.running, source.turn); };
  auto best = sources_.end();
  for (auto i = sources_.begin(); i != sources_.end(); ++i) {
    if (i->second.waiting.empty()) continue;
    if (best == sources_.end() || rank(i->second) < rank(best->second)) best = i;
  }
  return best;
}

void FairPool::leave(Sources::iterator source) {
  source->second.turn = ++turns_;
  if (--source->second.running == 0 && source->second.waiting.empty()) sources_.erase(source);
}

}  // namespace ptkl::http
