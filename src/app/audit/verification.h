// Verifies the audit logs of a whole database with the master key, such as after it was copied.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/access/context.h"
#include "core/project.h"

namespace ptkl::app {

/// An intact log. All is 0 and empty for a log without events.
struct VerifiedAuditLog {
  ProjectName project;
  std::int64_t events = 0;
  std::int64_t last = 0;  ///< the number of the last event
  std::string hash;       ///< of the last event

  friend bool operator==(const VerifiedAuditLog&, const VerifiedAuditLog&) = default;
};

/// Recomputes the chain and the checkpoints of every project, ordered by project name. `on_events` receives
/// the number of events verified so far.
/// Errors: invalid_argument, naming project and event, for the first log that is broken.
Result<std::vector<VerifiedAuditLog>> verify_audit_logs(
    const AppContext& context, const std::function<void(std::int64_t events)>& on_events);

}  // namespace ptkl::app
