// Writes the last uses of secrets to the store, a few seconds late.
#pragma once

#include <optional>

#include "app/tokens/last_used.h"
#include "base/log.h"
#include "core/ports/store.h"
#include "server/runtime/periodic_task.h"

namespace ptkl::server {

/// Flushes every few seconds, and once more when it goes: after that nothing is kept back.
class LastUsedFlusher {
 public:
  LastUsedFlusher(app::LastUsed& last_used, Store& store, Logger& log);
  LastUsedFlusher(const LastUsedFlusher&) = delete;
  LastUsedFlusher& operator=(const LastUsedFlusher&) = delete;
  ~LastUsedFlusher();

 private:
  void flush();

  app::LastUsed& last_used_;
  Store& store_;
  Logger& log_;
  std::optional<PeriodicTask> task_;
};

}  // namespace ptkl::server
