#include "server/runtime/periodic_task.h"

#include <atomic>
#include <latch>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "support/eventually.h"

namespace ptkl::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(PeriodicTask, RunsRepeatedly) {
  std::latch three_times(3);
  const PeriodicTask task(milliseconds(1), [&] {
    if (!three_times.try_wait()) three_times.count_down();
  });
  three_times.wait();
}

TEST(PeriodicTask, ContinuesAfterAShortPauseWhileWorkIsLeft) {
  EXPECT_EQ(PeriodicTask::pause_after(app::WorkLeft::none, hours(1)), hours(1));
  EXPECT_EQ(PeriodicTask::pause_after(app::WorkLeft::some, hours(1)),
            PeriodicTask::kPauseBetweenParts);
  EXPECT_EQ(PeriodicTask::pause_after(app::WorkLeft::some, milliseconds(1)), milliseconds(1));
}

TEST(PeriodicTask, RunsPartsWithoutWaitingForTheIntervalAndStopsBetweenThem) {
  constexpr int kParts = 100;  // with the interval between them, later than eventually() waits
  std::atomic<int> parts = 0;
  const PeriodicTask task(std::chrono::seconds(1), [&] {
    ++parts;
    return app::WorkLeft::some;
  });
  EXPECT_TRUE(testing::eventually([&] { return parts >= kParts; }));
}

TEST(PeriodicTask, DoesNotRunBeforeItsInterval) {
  std::atomic<int> runs = 0;
  {
    const PeriodicTask task(hours(1), [&] { ++runs; });
  }
  EXPECT_EQ(runs, 0);
}

TEST(PeriodicTask, WaitsForARunningCall) {
  std::latch begun(1);
  std::latch gate(1);
  std::atomic<bool> finished = false;
  std::optional<PeriodicTask> task;
  task.emplace(milliseconds(1), [&] {
    if (!begun.try_wait()) begun.count_down();
    gate.wait();
    finished = true;
  });
  begun.wait();
  const std::jthread opener([&] { gate.count_down(); });
  task.reset();
  EXPECT_TRUE(finished);
}

TEST(FinishingTask, CallsAtEndAfterTheLastRun) {
  std::latch begun(1);
  std::atomic<bool> runs = false;
  std::atomic<int> ends = 0;
  {
    const FinishingTask task(
        milliseconds(1),
        [&] {
          runs = true;
          if (!begun.try_wait()) begun.count_down();
          runs = false;
        },
        [&] {
          EXPECT_FALSE(runs);
          ++ends;
        });
    begun.wait();
  }
  EXPECT_EQ(ends, 1);
}

}  // namespace
}  // namespace ptkl::server
