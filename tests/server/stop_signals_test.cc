#include "server/stop_signals.h"

#include <future>
#include <signal.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ptkl::server {
namespace {

/// In a process of its own each, because signals and their mask belong to the process.
void stop_once(int signal) {
  block_stop_signals();
  std::promise<void> stopped;
  {
    const StopSignals signals([&] { stopped.set_value(); });
    ::kill(::getpid(), signal);
    stopped.get_future().wait();
  }
  ::_exit(0);
}

void stop_twice() {
  block_stop_signals();
  std::promise<void> stopped;
  const StopSignals signals([&] { stopped.set_value(); });
  ::kill(::getpid(), SIGTERM);
  stopped.get_future().wait();
  ::kill(::getpid(), SIGTERM);
  while (true) ::pause();
}

TEST(StopSignalsDeathTest, CallsBackAtTheFirstSignal) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(stop_once(SIGTERM), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(stop_once(SIGINT), ::testing::ExitedWithCode(0), "");
}

TEST(StopSignalsDeathTest, EndsTheProcessAtTheSecond) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(stop_twice(), ::testing::ExitedWithCode(128 + SIGTERM), "");
}

TEST(StopSignals, EndWithoutASignal) {
  const StopSignals signals([] { FAIL(); });
}

}  // namespace
}  // namespace ptkl::server
