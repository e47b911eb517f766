#include "app/audit/verification.h"

#include <algorithm>
#include <utility>

#include "app/access/all_projects.h"
#include "app/access/project_transaction.h"
#include "app/audit/checkpoints.h"
#include "core/audit/chain.h"

namespace ptkl::app {
namespace {

/// Each page is a snapshot of its own, because a long one keeps the database from reclaiming space.
Result<std::vector<ShownAuditCheckpoint>> read_checkpoints(const AppContext& context,
                                                           const Project& project) {
  std::vector<ShownAuditCheckpoint> checkpoints;
  while (true) {
    const std::int64_t after = checkpoints.empty() ? 0 : checkpoints.back().number;
    const auto page = read_snapshot(context.store, [&](Transaction& transaction) {
      return transaction.audit().list_checkpoints(project.id, after, kMaxPageSize);
    });
    if (!page) return failed(page);
    if (page->empty()) return checkpoints;
    for (const SignedAuditCheckpoint& stored : *page) {
      ShownAuditCheckpoint shown{stored.payload.number, std::nullopt};
      if (check_signature(context.audit_signer, project.id, stored)) {
        shown.checkpoint = stored.payload;
      }
      checkpoints.push_back(std::move(shown));
    }
  }
}

Result<AuditPage> read_page(const AppContext& context, const Project& project, std::int64_t after) {
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.audit().list(
        project.id, {.order = AuditOrder::oldest_first, .after = after, .limit = kMaxPageSize});
  });
}

/// `on_page` receives the number of events of each page.
Result<VerifiedAuditLog> verify_audit_log(const AppContext& context, const Project& project,
                                          const std::function<void(std::int64_t)>& on_page) {
  auto checkpoints = read_checkpoints(context, project);
  if (!checkpoints) return failed(checkpoints);
  AuditChainCheck check(std::move(*checkpoints));
  VerifiedAuditLog log{project.name, 0, 0, ""};
  for (std::optional<std::int64_t> after = 0; after;) {
    const auto page = read_page(context, project, *after);
    if (!page) return failed(page);
    for (const AuditEvent& event : page->items) {
      check.add({event.number, event.previous_hash, event.hash,
                 context.audit_signer.hash(to_hashed_json(event))});
      log = {project.name, log.events + 1, event.number, event.hash};
    }
    on_page(static_cast<std::int64_t>(page->items.size()));
    after = page->next;
  }
  const AuditReport report = check.finish();
  if (!report.fault) return log;
  return failure(ErrorCode::invalid_argument, "the audit log of project " + project.name.text() +
                                                  " is broken at event " +
                                                  std::to_string(report.fault->number) + ": " +
                                                  std::string(to_text(report.fault->problem)));
}

}  // namespace

Result<std::vector<VerifiedAuditLog>> verify_audit_logs(
    const AppContext& context, const std::function<void(std::int64_t events)>& on_events) {
  auto projects = list_all_projects(context.store);
  if (!projects) return failed(projects);
  std::sort(projects->begin(), projects->end(), [](const Project& left, const Project& right) {
    return left.name.text() < right.name.text();
  });
  std::vector<VerifiedAuditLog> logs;
  std::int64_t events = 0;
  for (const Project& project : *projects) {
    auto log = verify_audit_log(context, project, [&](std::int64_t more) {
      events += more;
      on_events(events);
    });
    if (!log) return failed(log);
    logs.push_back(std::move(*log));
  }
  return logs;
}

}  // namespace ptkl::app
