#include "process/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

/// The wait status of a child that receives `signal` during its work: exit code 7 when the signal was not
/// delayed, 8 when it was never delivered, else the signal.
int status_after(int signal) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(signal, SIG_DFL);
    {
      const HoldSignals until_done;
      ::raise(signal);
      sigset_t pending;
      ::sigpending(&pending);
      if (sigismember(&pending, signal) == 0) ::_exit(7);
    }
    ::_exit(8);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(HoldSignals, DelaysSignalsUntilTheWorkIsDone) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    const int status = status_after(signal);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), signal);
  }
}

TEST(HoldSignals, TellsWhetherASignalIsHeld) {
  EXPECT_FALSE(has_held_signal());
  auto* const before = ::signal(SIGINT, [](int) {});
  {
    const HoldSignals until_done;
    EXPECT_FALSE(has_held_signal());
    ::raise(SIGINT);
    EXPECT_TRUE(has_held_signal());
  }
  EXPECT_FALSE(has_held_signal());
  ::signal(SIGINT, before);
}

TEST(HoldSignals, DoesNotTellOfAnIgnoredSignal) {
  auto* const before = ::signal(SIGHUP, SIG_IGN);
  {
    const HoldSignals until_done;
    ::raise(SIGHUP);
    EXPECT_FALSE(has_held_signal());
  }
  ::signal(SIGHUP, before);
}

TEST(HoldSignals, RestoresTheMask) {
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  { const HoldSignals nothing; }
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EQ(sigismember(&before, signal), sigismember(&after, signal));
  }
}

}  // namespace
}  // namespace ptkl::process
