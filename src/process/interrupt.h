// What must be put right when the user interrupts the program: the terminal's echo, and temporary
// files. A signal handler has no other way to know of them than variables of the process, so this is
// the one place that has some; only the main thread uses it.
#pragma once

#include <cstddef>
#include <string>
#include <termios.h>

namespace ptkl::process {

/// From now on SIGINT, SIGTERM and SIGHUP call clean_up_before_exit() and end the process with
/// 128 + the signal's number.
void exit_cleanly_on_signals();

/// Restores the terminal's echo and removes the temporary files. Call it when the process is about to
/// end.
/// Async-signal-safe.
void clean_up_before_exit() noexcept;

/// While it lives, an interruption removes that file, or that folder if it is empty then. Eight at a
/// time, of which those that came first go first.
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

/// While it lives, the terminal behind `fd` does not echo; afterwards, and after an interruption,
/// it is as it was. One at a time.
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

}  // namespace ptkl::process
