// Are the audit logs of a database whole? For whoever has moved one, and has the master key.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/access/context.h"
#include "core/project.h"

namespace ptkl::app {

/// A log that is whole. Of one without events all is 0 and empty.
struct VerifiedAuditLog {
  ProjectName project;
  std::int64_t events = 0;
  std::int64_t last = 0;  ///< the number of the last event
  std::string hash;       ///< its hash

  friend bool operator==(const VerifiedAuditLog&, const VerifiedAuditLog&) = default;
};

/// Recomputes the chain and the signed heads of every project, in the order of their names. `on_events`
/// gets how many events are done. Fails with invalid_argument, naming project and event, when a log is
/// not whole.
Result<std::vector<VerifiedAuditLog>> verify_audit_logs(
    const AppContext& context, const std::function<void(std::int64_t events)>& on_events);

}  // namespace ptkl::app
