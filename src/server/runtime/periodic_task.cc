#include "server/runtime/periodic_task.h"

#include <utility>

namespace ptkl::server {

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval, std::function<void()> run)
    : interval_(interval),
      run_(std::move(run)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

void PeriodicTask::loop(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval_, [] { return false; });
    if (!stop.stop_requested()) run_();
  }
}

FinishingTask::FinishingTask(std::chrono::milliseconds interval, std::function<void()> run,
                             std::function<void()> at_end)
    : at_end_(std::move(at_end)) {
  task_.emplace(interval, std::move(run));
}

FinishingTask::~FinishingTask() {
  task_.reset();
  at_end_();
}

}  // namespace ptkl::server
