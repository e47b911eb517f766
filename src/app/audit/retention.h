// Retention: erases old events of an audit log, and leaves a log that can still be verified.
#pragma once

#include <chrono>
#include <cstdint>

#include "app/access/work_left.h"
#include "app/audit/checkpoints.h"

namespace ptkl::app {

/// The most events that one transaction of prune_audit_log() erases.
inline constexpr std::int64_t kMaxPrunedEvents = 500;

/// The most transactions of one call of prune_audit_log().
inline constexpr int kMaxPruningTransactions = 4;

/// The result of prune_audit_log().
struct PrunedEvents {
  std::int64_t count = 0;
  WorkLeft left = WorkLeft::none;
};

/// Erases the events older than `retention`, except the last one, in several transactions. Each leaves an
/// event `audit.pruned` and a checkpoint that states where the log begins now. Stops when another server prunes
/// the same log, and after kMaxPruningTransactions.
/// Errors: as AuditCheckpoints::sign(); conflict also when an event to be erased was modified: a log in
/// doubt is kept.
Result<PrunedEvents> prune_audit_log(const AppContext& context, AuditCheckpoints& checkpoints,
                                     const Project& project, std::chrono::seconds retention);

/// prune_audit_log() for every project; failures are logged. Returns whether a project has more to prune.
WorkLeft prune_audit_logs(const AppContext& context, AuditCheckpoints& checkpoints,
                          std::chrono::seconds retention);

}  // namespace ptkl::app
