#include "app/audit/queries.h"

#include <utility>

#include "app/access/project_transaction.h"

namespace ptkl::app {

Result<AuditPage> list_audit_events(const AppContext& context, const Actor& actor,
                                    const AuditQuery& query) {
  return read_project(context, actor, permissions::kAuditRead, [&](Transaction& transaction) {
    return transaction.audit().list(actor.project.id, query);
  });
}

Result<std::vector<SignedAuditCheckpoint>> list_audit_checkpoints(
    const AppContext& context, const Actor& actor, const KeyedPageRequest<std::int64_t>& page) {
  return read_project(context, actor, permissions::kAuditRead, [&](Transaction& transaction) {
    return transaction.audit().list_checkpoints(actor.project.id, page.after.value_or(0),
                                                page.limit + 1);
  });
}

Result<CurrentAuditCheckpoint> get_audit_checkpoint(AuditCheckpoints& checkpoints,
                                                    const AppContext& context, const Actor& actor) {
  if (auto allowed = require(actor, permissions::kAuditRead); !allowed) return failed(allowed);
  auto checkpoint = checkpoints.sign(actor.project);
  if (!checkpoint) return failed(checkpoint);
  return CurrentAuditCheckpoint{std::move(*checkpoint),
                                context.audit_signer.public_jwk(actor.project.id)};
}

}  // namespace ptkl::app
