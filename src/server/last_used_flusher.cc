#include "server/last_used_flusher.h"

#include <chrono>

namespace ptkl::server {
namespace {

// Whoever looks sees a use at most 5 s late, the time that a batch takes to be written included.
constexpr std::chrono::seconds kInterval{3};

}  // namespace

LastUsedFlusher::LastUsedFlusher(app::LastUsed& last_used, Store& store, Logger& log)
    : last_used_(last_used),
      store_(store),
      log_(log),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

LastUsedFlusher::~LastUsedFlusher() {
  thread_.request_stop();
  thread_.join();
  flush();
}

void LastUsedFlusher::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kInterval, [] { return false; });
    if (!stop.stop_requested()) flush();
  }
}

void LastUsedFlusher::flush() {
  // What could not be written stays, and goes with the next one.
  if (const auto flushed = last_used_.flush(store_); !flushed) {
    log_.warning("the last uses of secrets were not written",
                 {{"reason", flushed.error().message}});
  }
}

}  // namespace ptkl::server
