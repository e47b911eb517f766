#include "server/runtime/background_tasks.h"

#include <algorithm>
#include <chrono>

#include "app/projects/signing_keys.h"
#include "app/tokens/purge_expired.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::minutes kSweepInterval{1};
constexpr std::chrono::seconds kOverlapInterval{1};
constexpr std::chrono::minutes kSignInterval{1};
constexpr std::chrono::seconds kCountInterval{1};

void sweep(const app::Ports& ports) {
  auto swept = app::forget_ended_tokens(ports.store, ports.clock.now());
  if (swept) swept = app::forget_ended_sessions(ports.store, ports.clock.now());
  // What could not be forgotten now will be the next time.
  if (!swept) {
    ports.log.warning("revoked tokens and sessions that are over were not forgotten",
                      {{"reason", swept.error().message}});
  }
}

/// So often that a rotation is late by little of the time that a key is published ahead.
std::chrono::milliseconds maintenance_interval(const RotationPolicy& policy) {
  using std::chrono::milliseconds;
  return std::clamp<milliseconds>(milliseconds(policy.publish_ahead) / 20, milliseconds(250),
                                  std::chrono::minutes(1));
}

/// Seldom: each time leaves an event.
std::chrono::milliseconds retention_interval(std::optional<std::chrono::seconds> retention) {
  return std::clamp<std::chrono::milliseconds>(retention.value_or(std::chrono::hours(24)) / 20,
                                               std::chrono::minutes(1), std::chrono::hours(1));
}

void sign(const AuditTasks& audit) { audit.on_broken(audit.heads.sign_all()); }

void write_last_counts(app::AuditCounts& counts, const app::Ports& ports) {
  if (const auto done = counts.flush(ports); !done) {
    ports.log.error("counts for the audit log lost", {{"reason", done.error().message}});
  }
}

}  // namespace

BackgroundTasks::BackgroundTasks(const app::Ports& ports, const AuditTasks& audit)
    : audit_signing_(
          kSignInterval, [audit] { sign(audit); }, [audit] { sign(audit); }),
      audit_counts_(
          kCountInterval, [audit, &ports] { audit.counts.flush_ended_minute(ports); },
          [audit, &ports] { write_last_counts(audit.counts, ports); }),
      audit_retention_(retention_interval(audit.retention),
                       [audit] {
                         if (audit.retention) audit.heads.prune_all(*audit.retention);
                       }),
      last_used_(ports.last_used, ports.store, ports.log),
      sweep_(kSweepInterval, [&ports] { sweep(ports); }),
      key_maintenance_(maintenance_interval(ports.key_rotation),
                       [&ports] { app::maintain_signing_keys(ports); }),
      overlap_end_(kOverlapInterval, [this, &ports] { overlap_watch_.look(ports); }) {}

}  // namespace ptkl::server
