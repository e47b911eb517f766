// Runs a program under a memory limit.
#pragma once

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace ptkl::testing {

/// How a program ended: the exit code, or 1000 and more for a signal.
inline int run_with_memory(const std::vector<std::string>& words, rlim_t bytes,
                           const std::string& errors) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::dup2(::open(errors.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600), STDERR_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_DATA, &limit);
    ::execv(argv.front(), argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// The least memory, to 64 KiB, with which the program does that.
inline rlim_t find_least_memory(const std::vector<std::string>& words) {
  constexpr rlim_t kStep = rlim_t{64} * 1024;
  rlim_t too_little = 0;
  rlim_t enough = 2048;  // in steps: 128 MiB
  while (enough - too_little > 1) {
    const rlim_t middle = (enough + too_little) / 2;
    (run_with_memory(words, middle * kStep, "/dev/null") == 0 ? enough : too_little) = middle;
  }
  return enough * kStep;
}

}  // namespace ptkl::testing
