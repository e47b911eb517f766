// The periodic work of a running server.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "app/access/context.h"
#include "app/api_users/overlap_expiry.h"
#include "app/audit/checkpoints.h"
#include "app/audit/usage_counts.h"
#include "app/roles/rights_changes.h"
#include "server/runtime/periodic_task.h"

namespace ptkl::server {

/// What the tasks for the audit log use; both references outlive the tasks.
struct AuditTasks {
  app::UsageCounts& counts;
  app::AuditCheckpoints& checkpoints;
  std::optional<std::chrono::seconds> retention;  ///< absent: events are never deleted
  std::function<void(int logs)>
      on_broken;  ///< gets the number of logs that do not continue their last checkpoint
};

/// Gets the number of holders whose status slots pending changes of rights have yet to invalidate.
using OnPendingStatusUpdates = std::function<void(std::int64_t holders)>;

/// Runs from the constructor to the destructor, which waits for running tasks and writes everything that is
/// still in memory. `context` outlives it.
/// Requires: its rights_changed is not null.
class BackgroundTasks {
 public:
  BackgroundTasks(const app::AppContext& context, const AuditTasks& audit,
                  OnPendingStatusUpdates on_pending);

 private:
  // Before the tasks that use them.
  app::OverlapExpiry overlap_expiry_;
  app::RightsChangeWorker rights_changes_;

  // In reverse order of their end: tasks that add events stop first, then the counts are written, and then the
  // end of each log is signed.
  FinishingTask audit_signing_;
  FinishingTask audit_counts_;
  PeriodicTask audit_retention_;
  FinishingTask last_used_;
  PeriodicTask purge_;
  PeriodicTask key_maintenance_;
  PeriodicTask overlap_end_;
  PeriodicTask status_updates_;
};

}  // namespace ptkl::server
