#include "server/runtime/periodic_task.h"

#include <algorithm>
#include <utility>

namespace ptkl::server {

std::chrono::milliseconds PeriodicTask::pause_after(app::WorkLeft left,
                                                    std::chrono::milliseconds interval) {
  return left == app::WorkLeft::some ? std::min(interval, kPauseBetweenParts) : interval;
}

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval, std::function<app::WorkLeft()> run)
    : PeriodicTask(
          interval, [run = std::move(run)](const std::stop_token&) { return run(); }, nullptr) {}

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval,
                           std::function<void(const std::stop_token&)> run, WakeUp& wake_up)
    : PeriodicTask(
          interval,
          [run = std::move(run)](const std::stop_token& stop) {
            run(stop);
            return app::WorkLeft::none;
          },
          &wake_up) {}

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval, Run run, WakeUp* wake_up)
    : interval_(interval),
      run_(std::move(run)),
      wake_up_(wake_up != nullptr ? *wake_up : own_wake_up_),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

void PeriodicTask::loop(const std::stop_token& stop) {
  auto left = app::WorkLeft::none;
  while (!stop.stop_requested()) {
    wake_up_.wait(stop, pause_after(left, interval_));
    if (!stop.stop_requested()) left = run_(stop);
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
