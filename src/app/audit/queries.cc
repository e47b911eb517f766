#include "app/audit/queries.h"

#include <utility>

namespace ptkl::app {

Result<AuditPage> list_audit_events(const AppContext& context, const Actor& actor,
                                    const AuditQuery& query) {
  if (auto allowed = require(actor, permissions::kAuditRead); !allowed) {
    return failure(std::move(allowed.error()));
  }
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.audit().list(actor.project.id, query);
  });
}

Result<std::vector<SignedAuditCheckpoint>> list_audit_heads(
    const AppContext& context, const Actor& actor, const KeyedPageRequest<std::int64_t>& page) {
  if (auto allowed = require(actor, permissions::kAuditRead); !allowed) {
    return failure(std::move(allowed.error()));
  }
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.audit().list_heads(actor.project.id, page.after.value_or(0), page.limit + 1);
  });
}

Result<CurrentAuditHead> get_audit_head(AuditCheckpoints& heads, const AppContext& context,
                                        const Actor& actor) {
  if (auto allowed = require(actor, permissions::kAuditRead); !allowed) {
    return failure(std::move(allowed.error()));
  }
  auto head = heads.sign(actor.project);
  if (!head) return failure(std::move(head.error()));
  return CurrentAuditHead{std::move(*head), context.audit_signer.public_jwk(actor.project.id)};
}

}  // namespace ptkl::app
