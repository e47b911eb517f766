// What the server does by itself, while it serves.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "app/access/context.h"
#include "app/api_users/overlap_expiry.h"
#include "app/audit/checkpoints.h"
#include "app/audit/usage_counts.h"
#include "server/runtime/periodic_task.h"

namespace ptkl::server {

/// What the audit log needs; both outlive the tasks.
struct AuditTasks {
  app::AuditCounts& counts;
  app::AuditCheckpoints& heads;
  std::optional<std::chrono::seconds> retention;  ///< absent: events are kept for ever
  std::function<void(int logs)> on_broken;        ///< how many logs do not continue their last head
};

/// Each member is a thread that begins with the constructor and ends with the destructor, which waits
/// for what has begun, and lets nothing unwritten be lost. `context` outlives it.
class BackgroundTasks {
 public:
  BackgroundTasks(const app::AppContext& context, const AuditTasks& audit);

 private:
  app::OverlapWatch overlap_watch_;  // before the task that looks through it

  // What ends later comes earlier: at the end all that leaves events stops, then the counts are
  // written, and then it is signed where each log ends.
  FinishingTask audit_signing_;
  FinishingTask audit_counts_;
  PeriodicTask audit_retention_;
  FinishingTask last_used_;
  PeriodicTask sweep_;
  PeriodicTask key_maintenance_;
  PeriodicTask overlap_end_;
};

}  // namespace ptkl::server
