#include "process/startup.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/interrupt.h"
#include "support/temporary_folder.h"

namespace ptkl::process {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The number of the first broken promise, or 0.
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

/// The end of a process whose program is `body`, and its output on stderr.
struct Ended {
  int status = -1;
  std::string words;

  int exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
};

Ended run(const std::function<ExitCode()>& body) {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "stderr").string();
  const pid_t child = ::fork();
  if (child == 0) {
    if (std::freopen(file.c_str(), "w", stderr) == nullptr) ::_exit(99);
    ::_exit(static_cast<int>(run_guarded(body)));
  }
  Ended ended;
  ::waitpid(child, &ended.status, 0);
  ended.words = testing::read_file(file);
  return ended;
}

struct Thrown {
  const char* what;
  std::function<void()> raise;
  const char* words;
};

const Thrown kThrown[] = {
    {"no memory", [] { throw std::bad_alloc(); }, "internal error: out of memory\n"},
    {"the standard library's", [] { throw std::out_of_range("ptkl_secret"); },
     "internal error: std::out_of_range\nhint: this is a bug"},
    {"a stream's",
     [] {
       std::ifstream directory("/");
       directory.exceptions(std::ios::badbit);
       directory.get();
     },
     "Is a directory"},
    {"the file system's", [] { (void)std::filesystem::file_size("/missing/ptkl_secret"); },
     "No such file or directory"},
    {"none of the standard library's", [] { throw 7; }, "an exception of an unknown type\n"},
};

TEST(UnhandledException, ReturnsTheExitCodeOfTheBody) {
  EXPECT_EQ(run([] { return ExitCode::done; }).exit_code(), 0);
  const Ended refused = run([] { return ExitCode::conflict; });
  EXPECT_EQ(refused.exit_code(), 6);
  EXPECT_EQ(refused.words, "");
}

TEST(UnhandledException, ReportsAnExceptionWithoutItsText) {
  for (const Thrown& row : kThrown) {
    SCOPED_TRACE(row.what);
    const Ended ended = run([&row] {
      row.raise();
      return ExitCode::done;
    });
    EXPECT_EQ(ended.exit_code(), 1);
    EXPECT_THAT(ended.words, HasSubstr(": internal error: "));
    EXPECT_THAT(ended.words, HasSubstr(row.words));
    EXPECT_THAT(ended.words, Not(HasSubstr("ptkl_secret")));
    EXPECT_THAT(ended.words, ::testing::EndsWith("\n"));
  }
}

TEST(UnhandledException, ReportsAnExceptionOfAnotherThread) {
  for (const Thrown& row : kThrown) {
    SCOPED_TRACE(row.what);
    const Ended ended = run([&row] {
      std::thread(row.raise).join();
      return ExitCode::done;
    });
    EXPECT_EQ(ended.exit_code(), 1);
    EXPECT_THAT(ended.words, HasSubstr(row.words));
    EXPECT_THAT(ended.words, Not(HasSubstr("ptkl_secret")));
  }
}

TEST(UnhandledException, RemovesTheTemporaryFilesOfTheProcess) {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "temporary").string();
  testing::write_file(file, "half");
  const Ended ended = run([&file] {
    const RemoveOnInterrupt pending(file);
    std::thread([] { throw std::bad_alloc(); }).join();
    return ExitCode::done;
  });
  EXPECT_EQ(ended.exit_code(), 1);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(UnhandledException, ReportsTerminationWithoutAnException) {
  const Ended ended = run([]() -> ExitCode { std::terminate(); });
  EXPECT_EQ(ended.exit_code(), 1);
  EXPECT_THAT(ended.words, HasSubstr("std::terminate was called"));
}

}  // namespace
}  // namespace ptkl::process
