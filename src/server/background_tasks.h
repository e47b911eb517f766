// What the server does by itself, while it serves.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "app/audit_counts.h"
#include "app/audit_heads.h"
#include "app/overlaps.h"
#include "app/ports.h"
#include "server/last_used_flusher.h"
#include "server/periodic_task.h"

namespace ptkl::server {

/// What the audit log needs; both outlive the tasks.
struct AuditTasks {
  app::AuditCounts& counts;
  app::AuditHeads& heads;
  std::optional<std::chrono::seconds> retention;  ///< absent: events are kept for ever
  std::function<void(int logs)> on_broken;        ///< how many logs do not continue their last head
};

/// Signs the heads of all logs once a minute, and once more at the end.
class AuditSeal {
 public:
  explicit AuditSeal(const AuditTasks& audit);
  ~AuditSeal();
  AuditSeal(const AuditSeal&) = delete;
  AuditSeal& operator=(const AuditSeal&) = delete;

 private:
  AuditTasks audit_;
  PeriodicTask task_;
};

/// Writes the counts of each minute that has ended, and those of the last one at the end.
class AuditCountFlusher {
 public:
  AuditCountFlusher(app::AuditCounts& counts, const app::Ports& ports);
  ~AuditCountFlusher();
  AuditCountFlusher(const AuditCountFlusher&) = delete;
  AuditCountFlusher& operator=(const AuditCountFlusher&) = delete;

 private:
  app::AuditCounts& counts_;
  const app::Ports& ports_;
  std::optional<PeriodicTask> task_;
};

/// Each member is a thread that begins with the constructor and ends with the destructor, which waits
/// for what has begun, and lets nothing unwritten be lost. `ports` outlives it.
class BackgroundTasks {
 public:
  BackgroundTasks(const app::Ports& ports, const AuditTasks& audit);

 private:
  app::OverlapWatch overlap_watch_;  // before the task that looks through it

  LastUsedFlusher last_used_;
  PeriodicTask sweep_;
  PeriodicTask key_maintenance_;
  PeriodicTask overlap_end_;
  // In this order, so that at the end the counts are written, and then signed for.
  AuditSeal audit_seal_;
  PeriodicTask audit_retention_;
  AuditCountFlusher audit_counts_;
};

}  // namespace ptkl::server
