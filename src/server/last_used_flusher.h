// Writes the last uses of secrets to the store, a few seconds late.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/last_used.h"
#include "base/log.h"
#include "core/store.h"

namespace ptkl::server {

/// Flushes every five seconds, and once more when it goes: after that nothing is kept back.
class LastUsedFlusher {
 public:
  LastUsedFlusher(app::LastUsed& last_used, Store& store, Logger& log);
  LastUsedFlusher(const LastUsedFlusher&) = delete;
  LastUsedFlusher& operator=(const LastUsedFlusher&) = delete;
  ~LastUsedFlusher();

 private:
  void run(const std::stop_token& stop);
  void flush();

  app::LastUsed& last_used_;
  Store& store_;
  Logger& log_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace ptkl::server
