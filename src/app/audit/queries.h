// The audit log as it is shown. All need `audit.read`.
#pragma once

#include <cstdint>
#include <vector>

#include "app/access/actor.h"
#include "app/audit/checkpoints.h"
#include "core/audit/event.h"

namespace ptkl::app {

Result<AuditPage> list_audit_events(const AppContext& context, const Actor& actor,
                                    const AuditQuery& query);

/// The lowest number first, at most one more than the limit: that tells whether another page follows.
Result<std::vector<SignedAuditCheckpoint>> list_audit_heads(
    const AppContext& context, const Actor& actor, const KeyedPageRequest<std::int64_t>& page);

struct CurrentAuditHead {
  SignedAuditCheckpoint head;
  std::string public_jwk;  ///< what verifies it
};
/// As AuditCheckpoints::sign(); so it may write.
Result<CurrentAuditHead> get_audit_head(AuditCheckpoints& heads, const AppContext& context,
                                        const Actor& actor);

}  // namespace ptkl::app
