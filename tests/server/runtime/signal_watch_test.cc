#include <chrono>
#include <future>
#include <semaphore>
#include <signal.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/runtime/signals.h"

namespace ptkl::server {
namespace {

// Each test runs in a process of its own, because signals and their mask belong to the process. The process
// ends with 0 when everything was as expected, else with one of these.
constexpr int kSignalNotTaken = 2;
constexpr int kSignalTakenTooOften = 3;
constexpr std::chrono::seconds kWatchPatience{20};

/// A signal that arrives between block_signals() and the SignalWatch.
void take_what_came_before() {
  block_signals({SIGHUP});
  ::kill(::getpid(), SIGHUP);
  ::kill(::getpid(), SIGHUP);
  std::counting_semaphore<8> taken(0);
  {
    const SignalWatch watch({SIGHUP}, [&](int signal) {
      if (signal == SIGHUP) taken.release();
    });
    if (!taken.try_acquire_for(kWatchPatience)) ::_exit(kSignalNotTaken);
  }
  ::_exit(taken.try_acquire() ? kSignalTakenTooOften : 0);
}

/// Two signals that arrive while the first one is handled.
void take_once_more_what_came_meanwhile() {
  block_signals({SIGHUP});
  std::counting_semaphore<8> taken(0);
  std::promise<void> done;
  {
    const SignalWatch watch({SIGHUP}, [&, finish = done.get_future().share()](int) {
      taken.release();
      finish.wait();
    });
    ::kill(::getpid(), SIGHUP);
    if (!taken.try_acquire_for(kWatchPatience)) ::_exit(kSignalNotTaken);
    ::kill(::getpid(), SIGHUP);
    ::kill(::getpid(), SIGHUP);
    done.set_value();
    if (!taken.try_acquire_for(kWatchPatience)) ::_exit(kSignalNotTaken);
  }
  ::_exit(taken.try_acquire() ? kSignalTakenTooOften : 0);
}

/// The mask stays, so that a signal cannot interrupt the end of the program.
void ignore_what_comes_afterwards() {
  block_signals({SIGHUP});
  {
    const SignalWatch watch({SIGHUP}, [](int) { ::_exit(kSignalTakenTooOften); });
  }
  ::kill(::getpid(), SIGHUP);
  ::_exit(0);
}

class SignalWatchDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(SignalWatchDeathTest, HandlesASignalThatArrivedBefore) {
  EXPECT_EXIT(take_what_came_before(), ::testing::ExitedWithCode(0), "");
}

TEST_F(SignalWatchDeathTest, MergesSignalsDuringACallIntoOneCall) {
  EXPECT_EXIT(take_once_more_what_came_meanwhile(), ::testing::ExitedWithCode(0), "");
}

TEST_F(SignalWatchDeathTest, LeavesSignalsBlockedWhenDestroyed) {
  EXPECT_EXIT(ignore_what_comes_afterwards(), ::testing::ExitedWithCode(0), "");
}

TEST(SignalWatch, EndsWithoutASignal) {
  const SignalWatch watch({SIGHUP}, [](int) { FAIL(); });
}

}  // namespace
}  // namespace ptkl::server
