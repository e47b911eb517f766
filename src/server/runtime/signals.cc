#include "server/runtime/signals.h"

#include <array>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

#include "base/check.h"

namespace ptkl::server {
namespace {

sigset_t to_signal_set(const std::vector<int>& signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void block_signals(const std::vector<int>& signals) {
  const sigset_t set = to_signal_set(signals);
  PTKL_CHECK(::pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
}

SignalWatch::SignalWatch(const std::vector<int>& signals, std::function<void(int signal)> on_signal)
    : on_signal_(std::move(on_signal)) {
  const sigset_t set = to_signal_set(signals);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  ended_ = ::eventfd(0, EFD_CLOEXEC);
  PTKL_CHECK(signals_ >= 0 && ended_ >= 0);
  thread_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  ::eventfd_write(ended_, 1);
  thread_.join();
  ::close(signals_);
  ::close(ended_);
}

void SignalWatch::watch() {
  std::array<pollfd, 2> files{{{signals_, POLLIN, 0}, {ended_, POLLIN, 0}}};
  while (true) {
    if (::poll(files.data(), files.size(), -1) < 0) continue;  // EINTR
    if ((files[1].revents & POLLIN) != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    on_signal_(static_cast<int>(info.ssi_signo));
  }
}

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
