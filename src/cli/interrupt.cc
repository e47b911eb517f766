#include "cli/interrupt.h"

#include <atomic>
#include <csignal>
#include <unistd.h>
#include <utility>

#include "base/check.h"

namespace ptkl::cli {
namespace {

// Lock-free atomics are what a signal handler may read (C++20 [support.signal]).
std::atomic<const char*> file_to_remove{nullptr};
std::atomic<const termios*> echo_to_restore{nullptr};
std::atomic<int> echo_fd{-1};
static_assert(std::atomic<const char*>::is_always_lock_free);

extern "C" void put_right_and_exit(int signal) {
  // Only calls that are async-signal-safe (signal-safety(7)).
  if (const termios* const settings = echo_to_restore.load()) {
    ::tcsetattr(echo_fd.load(), TCSANOW, settings);
    (void)!::write(STDERR_FILENO, "\n", 1);
  }
  if (const char* const path = file_to_remove.load()) ::unlink(path);
  ::_exit(128 + signal);
}

}  // namespace

void exit_cleanly_on_signals() {
  struct sigaction action = {};
  action.sa_handler = put_right_and_exit;
  sigfillset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    ::sigaction(signal, nullptr, &before);
    // nohup(1) and background jobs of a script have them ignored; that stays so.
    if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
}

RemoveOnInterrupt::RemoveOnInterrupt(std::string path) : path_(std::move(path)) {
  PTKL_CHECK(file_to_remove.load() == nullptr);
  file_to_remove = path_.c_str();
}

RemoveOnInterrupt::~RemoveOnInterrupt() { file_to_remove = nullptr; }

EchoOff::EchoOff(int fd) : fd_(fd), is_terminal_(::tcgetattr(fd, &before_) == 0) {
  if (!is_terminal_) return;
  PTKL_CHECK(echo_to_restore.load() == nullptr);
  echo_fd = fd_;
  echo_to_restore = &before_;
  termios silent = before_;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(fd_, TCSAFLUSH, &silent);
}

EchoOff::~EchoOff() {
  if (!is_terminal_) return;
  ::tcsetattr(fd_, TCSAFLUSH, &before_);
  echo_to_restore = nullptr;
}

}  // namespace ptkl::cli
