// Cleaning up when the user interrupts the program: the terminal's echo, and temporary files. A signal
// handler can find them only through global variables, so this is the only place that has some. Also work
// that no signal interrupts.
// Requires: used by the main thread only, except HoldSignals.
#pragma once

#include <csignal>
#include <cstddef>
#include <string>
#include <termios.h>

namespace ptkl::process {

/// Installs handlers by which SIGINT, SIGTERM and SIGHUP call clean_up_before_exit() and end the process
/// with 128 + the signal's number.
void exit_cleanly_on_signals();

/// Restores the terminal's echo and removes the temporary files, before the process ends.
/// Async-signal-safe.
void clean_up_before_exit() noexcept;

/// Has an interruption remove that file, or that folder if it is empty then, while this object lives. At
/// most eight at a time; they are removed in the order of construction.
class RemoveOnInterrupt {
 public:
  explicit RemoveOnInterrupt(std::string path);
  ~RemoveOnInterrupt();
  RemoveOnInterrupt(const RemoveOnInterrupt&) = delete;
  RemoveOnInterrupt& operator=(const RemoveOnInterrupt&) = delete;

 private:
  std::string path_;
  std::size_t slot_;
};

/// Turns off the echo of the terminal `fd` while it lives. The destructor and an interruption restore it.
/// Requires: one at a time.
class EchoOff {
 public:
  explicit EchoOff(int fd);
  ~EchoOff();
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int fd_;
  termios before_{};
  bool is_terminal_;
};

/// Blocks SIGINT, SIGTERM and SIGHUP while it lives, for this thread and for threads started by it.
/// The destructor delivers the pending signals. Long work checks has_held_signal() and ends early.
class HoldSignals {
 public:
  HoldSignals();
  ~HoldSignals();
  HoldSignals(const HoldSignals&) = delete;
  HoldSignals& operator=(const HoldSignals&) = delete;

 private:
  sigset_t before_{};
};

/// Whether a HoldSignals holds back a signal that this process does not ignore.
bool has_held_signal();

}  // namespace ptkl::process
