// Work that signals must not interrupt.
#pragma once

#include <csignal>

namespace ptkl::process {

/// Blocks SIGINT, SIGTERM and SIGHUP while it lives, for this thread and for threads started by it.
/// The destructor delivers the pending signals.
class HoldSignals {
 public:
  HoldSignals();
  ~HoldSignals();
  HoldSignals(const HoldSignals&) = delete;
  HoldSignals& operator=(const HoldSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace ptkl::process
