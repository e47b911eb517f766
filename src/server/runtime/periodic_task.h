// Work that is repeated at an interval, in its own thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include "app/access/work_left.h"
#include "base/wake_up.h"

namespace ptkl::server {

/// Calls `run` when `interval` has passed since its last return, and first after one interval. The destructor
/// waits for a running call.
class PeriodicTask {
 public:
  static constexpr std::chrono::milliseconds kPauseBetweenParts{20};
  static std::chrono::milliseconds pause_after(app::WorkLeft left,
                                               std::chrono::milliseconds interval);

  /// If `run` returns WorkLeft::some, it is called again after kPauseBetweenParts.
  PeriodicTask(std::chrono::milliseconds interval, std::function<app::WorkLeft()> run);
  template <class Run, std::enable_if_t<std::is_void_v<std::invoke_result_t<Run&>>, int> = 0>
  PeriodicTask(std::chrono::milliseconds interval, Run run)
      : PeriodicTask(interval, std::function<app::WorkLeft()>([run = std::move(run)]() mutable {
                       run();
                       return app::WorkLeft::none;
                     })) {}
  /// For a `run` that may take long: it returns early when the destructor requests a stop. It is also called soon
  /// after each notification of `wake_up`, which outlives the task.
  PeriodicTask(std::chrono::milliseconds interval, std::function<void(const std::stop_token&)> run,
               WakeUp& wake_up);
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;
  ~PeriodicTask() = default;

 private:
  using Run = std::function<app::WorkLeft(const std::stop_token&)>;
  PeriodicTask(std::chrono::milliseconds interval, Run run, WakeUp* wake_up);
  void loop(const std::stop_token& stop);

  std::chrono::milliseconds interval_;
  Run run_;
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
