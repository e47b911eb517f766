#include "server/runtime/signals.h"

#include <chrono>
#include <future>
#include <semaphore>
#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::server {
namespace {

using std::chrono::milliseconds;
using ::testing::UnorderedElementsAre;

// Each test runs in a process of its own, because signals and their mask belong to the process. The process
// ends with 0 when everything was as expected, else with one of these.
constexpr int kSignalNotTaken = 2;
constexpr int kSignalTakenTooOften = 3;
constexpr std::chrono::seconds kSignalTimeout{20};

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
    if (!taken.try_acquire_for(kSignalTimeout)) ::_exit(kSignalNotTaken);
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
    if (!taken.try_acquire_for(kSignalTimeout)) ::_exit(kSignalNotTaken);
    ::kill(::getpid(), SIGHUP);
    ::kill(::getpid(), SIGHUP);
    done.set_value();
    if (!taken.try_acquire_for(kSignalTimeout)) ::_exit(kSignalNotTaken);
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

// The process of each test ends with 0 when the first signal stopped and the others had no effect, else with one
// of these.
constexpr int kStopNotTaken = 2;
constexpr int kStoppedTooOften = 3;

struct SentSignal {
  int signal;
  milliseconds at;  ///< by the clock that the class is given
};

/// Sends the signals in order. Each is sent after StopSignals has handled the previous one.
void stop_by(const std::vector<SentSignal>& sent) {
  ::signal(SIGHUP, SIG_DFL);  // nohup(1) may run the tests
  const std::vector<int> signals = stop_signals(Hangup::stop);
  block_signals(signals);
  std::counting_semaphore<8> taken(0);
  std::size_t next = 0;
  int stops = 0;
  {
    const StopSignals stop(
        signals, [&] { ++stops; },
        [&] {
          const std::chrono::steady_clock::time_point now(sent.at(next++).at);
          taken.release();
          return now;
        });
    for (const SentSignal& each : sent) {
      ::kill(::getpid(), each.signal);
      if (!taken.try_acquire_for(kSignalTimeout)) ::_exit(kStopNotTaken);
    }
  }
  ::_exit(stops == 1 ? 0 : kStoppedTooOften);
}

class StopSignalsDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(StopSignalsDeathTest, EndTheProcessAtTheSecond) {
  EXPECT_EXIT(stop_by({{SIGTERM, milliseconds(5'000)}, {SIGTERM, milliseconds(6'000)}}),
              ::testing::ExitedWithCode(128 + SIGTERM), "");
  EXPECT_EXIT(stop_by({{SIGTERM, milliseconds(0)}, {SIGINT, milliseconds(60'000)}}),
              ::testing::ExitedWithCode(128 + SIGINT), "");
}

TEST_F(StopSignalsDeathTest, MeasureTheTimeFromTheFirst) {
  EXPECT_EXIT(stop_by({{SIGTERM, milliseconds(0)},
                       {SIGTERM, milliseconds(600)},
                       {SIGTERM, milliseconds(1'200)}}),
              ::testing::ExitedWithCode(128 + SIGTERM), "");
}

TEST_F(StopSignalsDeathTest, StopAtTheFirst) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    SCOPED_TRACE(signal);
    EXPECT_EXIT(stop_by({{signal, milliseconds(0)}}), ::testing::ExitedWithCode(0), "");
  }
}

TEST_F(StopSignalsDeathTest, TreatASecondOneWithinASecondAsADuplicate) {
  EXPECT_EXIT(stop_by({{SIGTERM, milliseconds(5'000)},
                       {SIGTERM, milliseconds(5'000)},
                       {SIGTERM, milliseconds(5'999)},
                       {SIGHUP, milliseconds(5'999)}}),
              ::testing::ExitedWithCode(0), "");
}

TEST(StopSignals, LeaveSighupToTheReload) {
  EXPECT_THAT(stop_signals(Hangup::reload), UnorderedElementsAre(SIGTERM, SIGINT));
}

TEST(StopSignals, LeaveAnIgnoredSighupIgnored) {
  struct sigaction before = {};
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(::sigaction(SIGHUP, &ignore, &before), 0);
  const auto signals = stop_signals(Hangup::stop);
  ::sigaction(SIGHUP, &before, nullptr);
  EXPECT_THAT(signals, UnorderedElementsAre(SIGTERM, SIGINT));
}

TEST(StopSignals, EndWithoutASignal) {
  const StopSignals signals(stop_signals(Hangup::stop), [] { FAIL(); });
}

}  // namespace
}  // namespace ptkl::server
