#include "server/runtime/last_used_flusher.h"

#include <chrono>

namespace ptkl::server {
namespace {

// Whoever looks sees a use at most 5 s late, the time that a batch takes to be written included.
constexpr std::chrono::seconds kInterval{3};

}  // namespace

LastUsedFlusher::LastUsedFlusher(app::LastUsed& last_used, Store& store, Logger& log)
    : last_used_(last_used), store_(store), log_(log) {
  task_.emplace(kInterval, [this] { flush(); });
}

LastUsedFlusher::~LastUsedFlusher() {
  task_.reset();
  flush();
}

void LastUsedFlusher::flush() {
  // What could not be written stays, and goes with the next one.
  if (const auto flushed = last_used_.flush(store_); !flushed) {
    log_.warning("the last uses of secrets were not written",
                 {{"reason", flushed.error().message}});
  }
}

}  // namespace ptkl::server
