// Signals that a thread takes instead of a handler, so that anything may be done about them.
#pragma once

#include <functional>
#include <thread>
#include <vector>

namespace ptkl::server {

/// Blocks `signals` for the calling thread and all that it starts from then on, so that they wait for
/// a SignalWatch. Requires: no other thread runs yet.
void block_signals(const std::vector<int>& signals);

/// Calls `on_signal` from its own thread for each of `signals`, those included that came since they
/// were blocked. Several of one kind that come before a call, or during one, are one.
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

}  // namespace ptkl::server
