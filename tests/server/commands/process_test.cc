// The program as a process.
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "support/memory_limit.h"
#include "support/temporary_folder.h"

namespace ptkl::server {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

[[noreturn]] void execute(const Arguments& arguments) {
  std::vector<char*> argv = {const_cast<char*>(PTKLD_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  // The program protects its memory from other processes, which includes the leak checker of a sanitizer.
  ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  ::execv(PTKLD_PROGRAM, argv.data());
  ::_exit(127);
}

/// The exit code, or 1000 and more for a process that a signal ended.
int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// Runs the program with a closed pipe as stdout.
int run_into_closed_pipe(const Arguments& arguments) {
  int pipe[2] = {-1, -1};
  EXPECT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  ::close(pipe[0]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    execute(arguments);
  }
  ::close(pipe[1]);
  return wait_for(child);
}

TEST(Ptkld, LeavesNothingBehindWhenStdoutIsAClosedPipe) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(
      run_into_closed_pipe({"init", "--data", folder.path().string(), "--project", "acme", "-q"}),
      1);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Ptkld, PrintsHelpWhenStartedWithoutArguments) {
  const pid_t child = ::fork();
  if (child == 0) {
    char* const none[] = {nullptr};
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::execv(PTKLD_PROGRAM, none);
    ::_exit(127);
  }
  EXPECT_EQ(wait_for(child), 2);
}

// A sanitizer needs more memory than the limit allows.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Ptkld, ReportsThatMemoryHasRunOut) {
  const testing::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  const std::string backup = (folder.path() / "backup.db").string();
  const std::string errors = (folder.path() / "errors").string();
  ASSERT_EQ(
      testing::run_with_memory({PTKLD_PROGRAM, "init", "--data", data, "--project", "acme", "-q"},
                               RLIM_INFINITY, errors),
      0);
  for (const char* file : {"ptkl.db", "ptkl.db-wal", "ptkl.db-shm"})
    fs::remove(fs::path(data) / file);
  testing::write_file(backup, std::string("SQLite format 3\0", 16));
  // Enough for the start; a restore needs a further buffer of 1 MiB.
  const rlim_t least = testing::find_least_memory({PTKLD_PROGRAM, "version"});
  EXPECT_EQ(
      testing::run_with_memory({PTKLD_PROGRAM, "restore", backup, "--data", data}, least, errors),
      1);
  EXPECT_EQ(testing::read_file(errors), "ptkld: internal error: out of memory\n");
  EXPECT_EQ(testing::count_files(data), 1U) << "the master key, and nothing of the restore";
}
#endif

}  // namespace
}  // namespace ptkl::server
