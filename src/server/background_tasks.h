// What the server does by itself, while it serves.
#pragma once

#include "app/overlaps.h"
#include "app/ports.h"
#include "server/last_used_flusher.h"
#include "server/periodic_task.h"

namespace ptkl::server {

/// Each member is a thread that begins with the constructor and ends with the destructor, which waits
/// for what has begun, and lets nothing unwritten be lost. `ports` outlives it.
class BackgroundTasks {
 public:
  explicit BackgroundTasks(const app::Ports& ports);

 private:
  app::OverlapWatch overlap_watch_;  // before the task that looks through it

  LastUsedFlusher last_used_;
  PeriodicTask sweep_;
  PeriodicTask key_maintenance_;
  PeriodicTask overlap_end_;
};

}  // namespace ptkl::server
