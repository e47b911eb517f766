#include "app/audit/verification.h"

#include <algorithm>
#include <utility>

#include "app/access/project_transaction.h"
#include "core/audit/chain.h"

namespace ptkl::app {
namespace {

/// Of one project.
class Verification {
 public:
  Verification(const AppContext& context, const Project& project)
      : context_(context), project_(project) {}

  Result<VerifiedAuditLog> run(const std::function<void(std::int64_t)>& on_page) {
    auto heads = read_heads();
    if (!heads) return failure(std::move(heads.error()));
    AuditChainCheck check(std::move(*heads));
    VerifiedAuditLog log{project_.name, 0, 0, ""};
    for (std::optional<std::int64_t> after = 0; after;) {
      const auto page = read_page(*after);
      if (!page) return failure(page.error());
      for (const AuditEvent& event : page->items) {
        check.add({event.number, event.previous_hash, event.hash,
                   context_.audit_signer.hash(to_hashed_json(event))});
        log = {project_.name, log.events + 1, event.number, event.hash};
      }
      on_page(static_cast<std::int64_t>(page->items.size()));
      after = page->next;
    }
    const AuditReport report = check.finish();
    if (report.fault) return is_not_whole(*report.fault);
    return log;
  }

 private:
  Result<std::vector<ShownAuditHead>> read_heads() {
    std::vector<ShownAuditHead> heads;
    auto done = context_.store.read([&](Transaction& transaction) -> Result<void> {
      while (true) {
        const std::int64_t after = heads.empty() ? 0 : heads.back().number;
        const auto page = transaction.audit().list_heads(project_.id, after, kMaxPageSize);
        if (!page) return failure(page.error());
        if (page->empty()) return {};
        for (const SignedAuditCheckpoint& stored : *page) heads.push_back(check_signature(stored));
      }
    });
    if (!done) return failure(std::move(done.error()));
    return heads;
  }

  /// Signatures of EdDSA depend on nothing but the key and the text.
  ShownAuditHead check_signature(const SignedAuditCheckpoint& stored) {
    const auto again = context_.audit_signer.sign(project_.id, stored.head);
    if (!again || *again != stored.jws) return {stored.head.number, std::nullopt};
    return {stored.head.number, stored.head};
  }

  Result<AuditPage> read_page(std::int64_t after) {
    AuditQuery query;
    query.order = AuditOrder::oldest_first;
    query.after = after;
    query.limit = kMaxPageSize;
    return read_snapshot(context_.store, [&](Transaction& transaction) {
      return transaction.audit().list(project_.id, query);
    });
  }

  tl::unexpected<Error> is_not_whole(const AuditFault& fault) const {
    return failure(ErrorCode::invalid_argument,
                   "the audit log of project " + project_.name.text() + " is not whole: event " +
                       std::to_string(fault.number) + ": " + std::string(to_text(fault.problem)));
  }

  const AppContext& context_;
  const Project& project_;
};

}  // namespace

Result<std::vector<VerifiedAuditLog>> verify_audit_logs(
    const AppContext& context, const std::function<void(std::int64_t events)>& on_events) {
  auto projects = read_snapshot(
      context.store, [](Transaction& transaction) { return transaction.projects().list(); });
  if (!projects) return failure(std::move(projects.error()));
  std::sort(projects->begin(), projects->end(), [](const Project& left, const Project& right) {
    return left.name.text() < right.name.text();
  });
  std::vector<VerifiedAuditLog> logs;
  std::int64_t events = 0;
  for (const Project& project : *projects) {
    auto log = Verification(context, project).run([&](std::int64_t more) {
      events += more;
      on_events(events);
    });
    if (!log) return failure(std::move(log.error()));
    logs.push_back(std::move(*log));
  }
  return logs;
}

}  // namespace ptkl::app
