#include "shell/process_protection.h"

#include <cerrno>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ptkl::shell {
namespace {

/// The first promise that is broken, or 0.
int broken_promise() {
  protect_process();
  rlimit core = {1, 1};
  ::getrlimit(RLIMIT_CORE, &core);
  if (core.rlim_cur != 0 || core.rlim_max != 0) return 1;
  if (::prctl(PR_GET_DUMPABLE) != 0) return 2;
  int pipe[2] = {-1, -1};
  if (::pipe(pipe) != 0) return 3;
  ::close(pipe[0]);
  return ::write(pipe[1], "x", 1) < 0 && errno == EPIPE ? 0 : 4;
}

TEST(ProcessProtection, KeepsTheMemoryToItselfAndOutlivesAClosedPipe) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(broken_promise());
  int status = -1;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace ptkl::shell
