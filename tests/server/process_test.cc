// The program itself, as a process.
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "storage/temporary_folder.h"

namespace ptkl::server {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

[[noreturn]] void execute(const Arguments& arguments) {
  std::vector<char*> argv = {const_cast<char*>(PTKLD_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  // The program keeps other processes out of its memory, and so the leak checker of a sanitizer.
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

/// Runs the program with a stdout that nobody reads.
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

TEST(Ptkld, LeavesNothingBehindWhenTheSecretGoesIntoAClosedPipe) {
  const storage::TemporaryFolder folder;
  EXPECT_EQ(
      run_into_closed_pipe({"init", "--data", folder.path().string(), "--project", "acme", "-q"}),
      1);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Ptkld, ShowsItsHelpToACallerWithoutArguments) {
  const pid_t child = ::fork();
  if (child == 0) {
    char* const none[] = {nullptr};
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::execv(PTKLD_PROGRAM, none);
    ::_exit(127);
  }
  EXPECT_EQ(wait_for(child), 2);
}

}  // namespace
}  // namespace ptkl::server
