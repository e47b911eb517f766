#include "server/runtime/background_tasks.h"

#include <algorithm>
#include <chrono>

#include "app/audit/retention.h"
#include "app/projects/key_maintenance.h"
#include "app/tokens/last_used.h"
#include "app/tokens/purge_expired.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::minutes kPurgeInterval{1};
constexpr std::chrono::seconds kOverlapInterval{1};
constexpr std::chrono::minutes kSignInterval{1};
// A part of the time within which status lists follow a change of rights.
constexpr std::chrono::milliseconds kStatusUpdateInterval{500};
constexpr std::chrono::seconds kCountInterval{1};
// Readers see a use at most 5 s late, including the time that writing a batch takes.
constexpr std::chrono::seconds kLastUsedInterval{3};

app::WorkLeft purge(const app::AppContext& context) {
  auto purged = app::purge_expired_tokens(context.store, context.clock.now());
  if (purged && *purged == app::WorkLeft::none) {
    purged = app::purge_expired_sessions(context.store, context.clock.now());
  }
  if (purged) return *purged;
  // The next call tries again.
  context.log.warning("purging expired tokens and sessions failed",
                      {{"reason", purged.error().message}});
  return app::WorkLeft::none;
}

/// A small part of the time that a key is published ahead, so that a rotation is hardly late.
std::chrono::milliseconds maintenance_interval(const RotationPolicy& policy) {
  using std::chrono::milliseconds;
  return std::clamp<milliseconds>(milliseconds(policy.publish_ahead) / 20, milliseconds(250),
                                  std::chrono::minutes(1));
}

/// Seldom, because each run adds an event.
std::chrono::milliseconds retention_interval(std::optional<std::chrono::seconds> retention) {
  return std::clamp<std::chrono::milliseconds>(retention.value_or(std::chrono::hours(24)) / 20,
                                               std::chrono::minutes(1), std::chrono::hours(1));
}

void sign(const AuditTasks& audit) { audit.on_broken(audit.checkpoints.sign_all()); }

void write_last_counts(app::UsageCounts& counts, const app::AppContext& context) {
  if (const auto done = counts.flush(context); !done) {
    context.log.error("audit counts lost", {{"reason", done.error().message}});
  }
}

/// What cannot be written is kept, and written by the next call.
void write_last_uses(const app::AppContext& context) {
  if (const auto done = context.last_used.flush(context.store); !done) {
    context.log.warning("writing last uses failed", {{"reason", done.error().message}});
  }
}

}  // namespace

BackgroundTasks::BackgroundTasks(const app::AppContext& context, const AuditTasks& audit,
                                 OnPendingStatusUpdates on_pending)
    : rights_changes_(context),
      audit_signing_(
          kSignInterval, [audit] { sign(audit); }, [audit] { sign(audit); }),
      audit_counts_(
          kCountInterval, [audit, &context] { audit.counts.flush_ended_minute(context); },
          [audit, &context] { write_last_counts(audit.counts, context); }),
      audit_retention_(retention_interval(audit.retention),
                       [audit, &context] {
                         if (!audit.retention) return app::WorkLeft::none;
                         return app::prune_audit_logs(context, audit.checkpoints, *audit.retention);
                       }),
      last_used_(
          kLastUsedInterval, [&context] { write_last_uses(context); },
          [&context] { write_last_uses(context); }),
      purge_(kPurgeInterval, [&context] { return purge(context); }),
      key_maintenance_(maintenance_interval(context.key_rotation),
                       [&context] { app::run_key_maintenance(context); }),
      overlap_end_(kOverlapInterval, [this, &context] { return overlap_expiry_.run(context); }),
      status_updates_(
          kStatusUpdateInterval,
          [this, on_pending = std::move(on_pending)](const std::stop_token& stop) {
            rights_changes_.run(stop, on_pending);
          },
          *context.rights_changed) {}

}  // namespace ptkl::server
