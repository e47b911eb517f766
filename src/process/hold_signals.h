// A stretch of work that an interruption must not tear apart.
#pragma once

#include <csignal>

namespace ptkl::process {

/// While it lives, SIGINT, SIGTERM and SIGHUP wait: for this thread, and for those that it starts
/// meanwhile. What came in takes effect when it goes.
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
