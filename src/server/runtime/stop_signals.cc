#include "server/runtime/stop_signals.h"

#include <signal.h>
#include <unistd.h>
#include <utility>

namespace ptkl::server {
namespace {

bool is_ignored(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

std::vector<int> stop_signals(Hangup hangup) {
  std::vector<int> signals = {SIGTERM, SIGINT};
  // Blocked, it would arrive although it is ignored.
  if (hangup == Hangup::stop && !is_ignored(SIGHUP)) signals.push_back(SIGHUP);
  return signals;
}

StopSignals::StopSignals(const std::vector<int>& signals, std::function<void()> on_stop, Now now)
    : on_stop_(std::move(on_stop)),
      now_(std::move(now)),
      watch_(signals, [this](int signal) { take(signal); }) {}

void StopSignals::take(int signal) {
  if (!stopped_at_) {
    on_stop_();
    // Only then, so that a duplicate that waited for a slow `on_stop` is still one.
    stopped_at_ = now_();
    return;
  }
  if (now_() - *stopped_at_ >= kDuplicateSignalWindow) ::_exit(128 + signal);
}

}  // namespace ptkl::server
