#include "process/interrupt.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <unistd.h>
#include <utility>

#include "base/check.h"

namespace ptkl::process {
namespace {

constexpr std::array kInterruptions = {SIGINT, SIGTERM, SIGHUP};

// Lock-free atomics are what a signal handler may read (C++20 [support.signal]).
std::array<std::atomic<const char*>, 8> files_to_remove{};
std::atomic<const termios*> echo_to_restore{nullptr};
std::atomic<int> echo_fd{-1};
static_assert(std::atomic<const char*>::is_always_lock_free);

extern "C" void clean_up_and_exit(int signal) {
  clean_up_before_exit();
  ::_exit(128 + signal);
}

std::size_t find_free_slot() {
  const auto* const slot = std::find(files_to_remove.begin(), files_to_remove.end(), nullptr);
  PTKL_CHECK(slot != files_to_remove.end());
  return static_cast<std::size_t>(slot - files_to_remove.begin());
}

}  // namespace

void exit_cleanly_on_signals() {
  struct sigaction action = {};
  action.sa_handler = clean_up_and_exit;
  sigfillset(&action.sa_mask);
  for (const int signal : kInterruptions) {
    struct sigaction before = {};
    ::sigaction(signal, nullptr, &before);
    // nohup(1) and background jobs of a script have them ignored; that stays so.
    if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
}

void clean_up_before_exit() noexcept {
  // Only calls that are async-signal-safe (signal-safety(7)).
  if (const termios* const settings = echo_to_restore.load()) {
    ::tcsetattr(echo_fd.load(), TCSANOW, settings);
    (void)!::write(STDERR_FILENO, "\n", 1);
  }
  for (const auto& file : files_to_remove) {
    const char* const path = file.load();
    if (path != nullptr && ::unlink(path) != 0) ::rmdir(path);
  }
}

RemoveOnInterrupt::RemoveOnInterrupt(std::string path)
    : path_(std::move(path)), slot_(find_free_slot()) {
  files_to_remove[slot_] = path_.c_str();
}

RemoveOnInterrupt::~RemoveOnInterrupt() { files_to_remove[slot_] = nullptr; }

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

HoldSignals::HoldSignals() {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : kInterruptions) sigaddset(&held, signal);
  ::pthread_sigmask(SIG_BLOCK, &held, &before_);
}

HoldSignals::~HoldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool has_held_signal() {
  sigset_t pending;
  ::sigpending(&pending);
  return std::any_of(kInterruptions.begin(), kInterruptions.end(), [&](int signal) {
    if (sigismember(&pending, signal) == 0) return false;
    // A blocked signal becomes pending also if it is ignored.
    struct sigaction action = {};
    ::sigaction(signal, nullptr, &action);
    return action.sa_handler != SIG_IGN;
  });
}

}  // namespace ptkl::process
