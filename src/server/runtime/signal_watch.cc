#include "server/runtime/signal_watch.h"

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

}  // namespace ptkl::server
