#include "process/unhandled_exception.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
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

/// How a process ends whose program is `body`, and what it says on stderr.
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
