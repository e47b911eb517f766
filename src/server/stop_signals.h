// SIGTERM and SIGINT, taken by a thread instead of a handler.
#pragma once

#include <functional>
#include <thread>

namespace ptkl::server {

/// For the calling thread and all that it starts from then on: before the first thread.
void block_stop_signals();

/// Calls `on_stop` from its own thread at the first of those signals. A second one ends the process
/// at once, for whoever does not want to wait. block_stop_signals() came before.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> on_stop);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  /// Afterwards nobody takes the signals.
  ~StopSignals();

 private:
  void watch();

  std::function<void()> on_stop_;
  int signals_;  ///< signalfd
  int ended_;    ///< eventfd
  std::thread thread_;
};

}  // namespace ptkl::server
