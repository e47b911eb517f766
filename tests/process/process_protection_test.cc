#include "process/process_protection.h"

#include <cerrno>
#include <cstdio>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ptkl::process {
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

/// 0 when writing to a closed stdout fails, also after other descriptors were opened.
int broken_promise_of_closed_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(descriptor);
  protect_process();
  int pipe[2] = {-1, -1};
  if (::pipe(pipe) != 0) return 1;
  if (pipe[0] <= STDERR_FILENO || pipe[1] <= STDERR_FILENO) return 2;
  if (::write(STDOUT_FILENO, "x", 1) >= 0) return 3;
  char byte = 0;
  return ::read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 4;
}

/// 0 when a write past the limit of file sizes fails and does not end the process.
int broken_promise_of_file_sizes() {
  protect_process();
  const rlimit limit = {0, 0};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return 1;
  return ::write(::fileno(file), "x", 1) < 0 && errno == EFBIG ? 0 : 2;
}

int exit_status_of(int (*promise)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(promise());
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ProcessProtection, KeepsTheDescriptorsOfClosedStandardStreams) {
  EXPECT_EQ(exit_status_of(broken_promise_of_closed_streams), 0);
}

TEST(ProcessProtection, SurvivesTheFileSizeLimit) {
  EXPECT_EQ(exit_status_of(broken_promise_of_file_sizes), 0);
}

TEST(ProcessProtection, ProtectsTheMemoryAndSurvivesAClosedPipe) {
  EXPECT_EQ(exit_status_of(broken_promise), 0);
}

}  // namespace
}  // namespace ptkl::process
