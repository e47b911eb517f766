#include "http/worker_pool.h"

#include <utility>

namespace ptkl::http {

WorkerPool::WorkerPool(unsigned threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::Admission WorkerPool::submit(Job job) {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return Admission::accepted;
    if (jobs_.size() >= max_waiting_) return Admission::pool_full;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return Admission::accepted;
}

void WorkerPool::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  std::deque<Job> dropped;
  const MutexLock lock(mutex_);
  dropped.swap(jobs_);  // destroyed after the lock
}

void WorkerPool::work() {
  MutexLock lock(mutex_);
  while (true) {
    while (!stopping_ && jobs_.empty()) wake_.wait(lock);
    if (stopping_) return;
    {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
    }  // the job is destroyed without the lock
    lock.lock();
  }
}

}  // namespace ptkl::http
