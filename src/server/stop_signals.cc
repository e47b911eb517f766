#include "server/stop_signals.h"

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

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void block_stop_signals() {
  const sigset_t set = stop_signals();
  PTKL_CHECK(::pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
}

StopSignals::StopSignals(std::function<void()> on_stop) : on_stop_(std::move(on_stop)) {
  const sigset_t set = stop_signals();
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  ended_ = ::eventfd(0, EFD_CLOEXEC);
  PTKL_CHECK(signals_ >= 0 && ended_ >= 0);
  thread_ = std::thread([this] { watch(); });
}

StopSignals::~StopSignals() {
  ::eventfd_write(ended_, 1);
  thread_.join();
  ::close(signals_);
  ::close(ended_);
}

void StopSignals::watch() {
  std::array<pollfd, 2> files{{{signals_, POLLIN, 0}, {ended_, POLLIN, 0}}};
  bool stopping = false;
  while (true) {
    if (::poll(files.data(), files.size(), -1) < 0) continue;  // EINTR
    if ((files[1].revents & POLLIN) != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    if (stopping) ::_exit(128 + static_cast<int>(info.ssi_signo));
    stopping = true;
    on_stop_();
  }
}

}  // namespace ptkl::server
