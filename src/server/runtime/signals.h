// Signals that a thread takes instead of a handler, so that anything may be done about them; among them
// those that stop the server.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace ptkl::server {

/// Blocks `signals` for the calling thread and all that it starts from then on, so that they wait for
/// a SignalWatch. Requires: no other thread runs yet.
void block_signals(const std::vector<int>& signals);

/// Calls `on_signal` from its own thread for each of `signals`, including those that arrived since they
/// were blocked. Several of one kind that arrive before a call, or during one, cause one call.
/// Requires: block_signals() blocks them.
class SignalWatch {
 public:
  SignalWatch(const std::vector<int>& signals, std::function<void(int signal)> on_signal);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  /// Waits for a call that has begun. Later signals stay blocked and have no effect.
  ~SignalWatch();

 private:
  void watch();

  std::function<void(int signal)> on_signal_;
  int signals_;  ///< signalfd
  int ended_;    ///< eventfd
  std::thread thread_;
};

/// What SIGHUP does: `reload` reads the TLS certificate and key again; `stop` is for a program that
/// belongs to a terminal and ends when that is closed.
enum class Hangup { reload, stop };

/// SIGTERM and SIGINT; SIGHUP too where it stops, unless the process was started with SIGHUP ignored,
/// as nohup(1) does.
std::vector<int> stop_signals(Hangup hangup);

/// A stop signal within this time after the first is a duplicate: timeout(1) signals its child and then the
/// group of the child, and both the shell and the kernel signal that a terminal was closed.
inline constexpr std::chrono::seconds kDuplicateSignalWindow{1};

/// Calls `on_stop` from its own thread at the first of `signals`. One that arrives
/// kDuplicateSignalWindow later, or after that, ends the process immediately with 128 + its number.
/// Requires: block_signals() blocks `signals`.
class StopSignals {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  StopSignals(const std::vector<int>& signals, std::function<void()> on_stop,
              Now now = &std::chrono::steady_clock::now);

 private:
  void take(int signal);

  std::function<void()> on_stop_;
  Now now_;
  std::optional<std::chrono::steady_clock::time_point> stopped_at_;
  SignalWatch watch_;  // the last member: its thread uses the others
};

}  // namespace ptkl::server
