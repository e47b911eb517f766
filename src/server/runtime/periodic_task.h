// Work that is repeated at an interval, in its own thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/wake_up.h"

namespace ptkl::server {

/// Calls `run` when `interval` has passed since its last return, and first after one interval. The destructor
/// waits for a running call.
class PeriodicTask {
 public:
  PeriodicTask(std::chrono::milliseconds interval, std::function<void()> run);
  /// For a `run` that may take long: it returns early when the destructor requests a stop. It is also called soon
  /// after each notification of `wake_up`, which outlives the task.
  PeriodicTask(std::chrono::milliseconds interval, std::function<void(const std::stop_token&)> run,
               WakeUp& wake_up);
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;
  ~PeriodicTask() = default;

 private:
  PeriodicTask(std::chrono::milliseconds interval, std::function<void(const std::stop_token&)> run,
               WakeUp* wake_up);
  void loop(const std::stop_token& stop);

  std::chrono::milliseconds interval_;
  std::function<void(const std::stop_token&)> run_;
  WakeUp own_wake_up_;  ///< never notified
  WakeUp& wake_up_;
  std::jthread thread_;  // the last member: it uses the others, and is joined first
};

/// As PeriodicTask; its destructor then calls `at_end`.
class FinishingTask {
 public:
  FinishingTask(std::chrono::milliseconds interval, std::function<void()> run,
                std::function<void()> at_end);
  FinishingTask(const FinishingTask&) = delete;
  FinishingTask& operator=(const FinishingTask&) = delete;
  ~FinishingTask();

 private:
  std::function<void()> at_end_;
  std::optional<PeriodicTask> task_;
};

}  // namespace ptkl::server
