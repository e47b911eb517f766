#include "http/fair_thread_pool.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ptkl::http {

FairThreadPool::FairThreadPool(Bounds bounds) : bounds_(bounds) {
  threads_.reserve(bounds.threads);
  for (unsigned i = 0; i < bounds.threads; ++i) threads_.emplace_back([this] { work(); });
}

FairThreadPool::Admission FairThreadPool::submit(const IpAddress& source, Job job) {
  std::optional<Job> evicted;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return Admission::accepted;
    const auto known = sources_.find(source);
    const std::size_t own = known == sources_.end() ? 0 : known->second.waiting.size();
    if (own >= bounds_.max_waiting_per_source) return Admission::source_full;
    if (waiting_ >= bounds_.max_waiting) {
      evicted = make_room_for(own);
      if (!evicted) return Admission::pool_full;
    }
    Source& queue = known == sources_.end() ? sources_[source] : known->second;
    if (queue.waiting.empty()) queue.turn = ++turns_;
    queue.waiting.push_back(std::move(job));
    ++waiting_;
  }
  wake_.notify_one();
  if (evicted) (*evicted)(Outcome::evicted);
  return Admission::accepted;
}

// Takes the newest job of the longest queue, unless the other queue would become as long: then no source
// has more than a fair share.
std::optional<FairThreadPool::Job> FairThreadPool::make_room_for(std::size_t own_waiting) {
  const auto longest =
      std::max_element(sources_.begin(), sources_.end(), [](const auto& a, const auto& b) {
        return a.second.waiting.size() < b.second.waiting.size();
      });
  if (longest == sources_.end()) return std::nullopt;
  std::deque<Job>& queue = longest->second.waiting;
  if (queue.size() <= own_waiting + 1) return std::nullopt;
  std::optional<Job> newest = std::move(queue.back());
  queue.pop_back();
  --waiting_;
  return newest;
}

void FairThreadPool::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  Sources dropped;
  const MutexLock lock(mutex_);
  dropped.swap(sources_);  // destroyed after the lock
}

void FairThreadPool::work() {
  MutexLock lock(mutex_);
  while (true) {
    while (!stopping_ && waiting_ == 0) wake_.wait(lock);
    if (stopping_) return;
    const auto source = next();
    {
      Job job = std::move(source->second.waiting.front());
      source->second.waiting.pop_front();
      --waiting_;
      ++source->second.running;
      lock.unlock();
      job(Outcome::run);
    }  // the job is destroyed without the lock
    lock.lock();
    leave(source);
  }
}

// Compares all sources: there are at most as many as waiting and running jobs.
FairThreadPool::Sources::iterator FairThreadPool::next() {
  const auto rank = [](const Source& source) { return std::tuple(source.running, source.turn); };
  auto best = sources_.end();
  for (auto i = sources_.begin(); i != sources_.end(); ++i) {
    if (i->second.waiting.empty()) continue;
    if (best == sources_.end() || rank(i->second) < rank(best->second)) best = i;
  }
  return best;
}

void FairThreadPool::leave(Sources::iterator source) {
  source->second.turn = ++turns_;
  if (--source->second.running == 0 && source->second.waiting.empty()) sources_.erase(source);
}

}  // namespace ptkl::http
