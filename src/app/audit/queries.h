// The audit log as it is shown. Requires: `audit.read` for every function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/access/actor.h"
#include "app/audit/checkpoints.h"
#include "core/audit/event.h"

namespace ptkl::app {

Result<AuditPage> list_audit_events(const AppContext& context, const Actor& actor,
                                    const AuditQuery& query);

/// Lowest number first. Returns at most one more than the limit, to show that another page follows.
Result<std::vector<SignedAuditCheckpoint>> list_audit_checkpoints(
    const AppContext& context, const Actor& actor, const KeyedPageRequest<std::int64_t>& page);

struct CurrentAuditCheckpoint {
  SignedAuditCheckpoint checkpoint;
  std::string public_jwk;  ///< the key that verifies it
};
/// As AuditCheckpoints::sign(), so it may write.
Result<CurrentAuditCheckpoint> get_audit_checkpoint(AuditCheckpoints& checkpoints,
                                                    const AppContext& context, const Actor& actor);

}  // namespace ptkl::app
