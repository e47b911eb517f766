#include "app/audit/retention.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "app/access/all_projects.h"
#include "app/audit/record.h"

namespace ptkl::app {
namespace {

/// The events that may be erased, oldest first, and the event that follows them.
struct ExpiredEvents {
  std::vector<AuditEvent> events;
  AuditEvent next;
};

/// Takes events by number until one is young enough, since any single time may have been modified. The
/// last event never expires.
Result<ExpiredEvents> read_expired(Transaction& transaction, const Uuid& project, Timestamp limit) {
  auto& log = transaction.audit();
  const auto first = log.find_first(project);
  if (!first) return failed(first);
  if (!*first || (*first)->at >= limit) return ExpiredEvents();
  auto page = log.list(project,
                       {.order = AuditOrder::oldest_first, .limit = std::size_t{kMaxPrunedEvents}});
  if (!page) return failed(page);
  ExpiredEvents expired{std::move(page->items), {}};
  std::vector<AuditEvent>& events = expired.events;
  const auto young = std::find_if(events.begin(), events.end(),
                                  [&](const AuditEvent& event) { return event.at >= limit; });
  if (young != events.end() || !page->next) {
    const auto kept = young != events.end() ? young : events.end() - 1;
    expired.next = *kept;
    events.erase(kept, events.end());
    return expired;
  }
  auto next =
      log.list(project, {.order = AuditOrder::oldest_first, .after = page->next, .limit = 1});
  if (!next) return failed(next);
  if (next->items.empty()) return failure(ErrorCode::internal, "the audit log ends too early");
  expired.next = std::move(next->items.front());
  return expired;
}

tl::unexpected<Error> was_modified(std::int64_t number) {
  return failure(
      ErrorCode::conflict,
      "event " + std::to_string(number) +
          " of the audit log was modified: the database was modified outside the server");
}

/// Every checkpoint of these events must be signed, and for the hash that its event has now.
Result<void> check_checkpoints(const AppContext& context, Transaction& transaction,
                               const Uuid& project, const std::vector<AuditEvent>& events) {
  const std::int64_t first = events.front().number;
  const auto checkpoints = transaction.audit().list_checkpoints(project, first - 1, events.size());
  if (!checkpoints) return failed(checkpoints);
  for (const SignedAuditCheckpoint& stored : *checkpoints) {
    const AuditCheckpoint& checkpoint = stored.payload;
    if (checkpoint.number > events.back().number) break;
    auto authentic = check_signature(context.audit_signer, project, stored);
    if (!authentic) return authentic;
    const AuditEvent& event = events[static_cast<std::size_t>(checkpoint.number - first)];
    if (event.hash != checkpoint.hash) return was_modified(event.number);
  }
  return {};
}

/// Every event must have the hash of its content and follow its predecessor. Where the log begins is
/// verified by check_continuity().
Result<void> check_unmodified(const AppContext& context, Transaction& transaction,
                              const Uuid& project, const ExpiredEvents& expired) {
  const AuditEvent* previous = nullptr;
  const auto is_intact = [&](const AuditEvent& event) {
    const bool is_linked = previous == nullptr || (event.number == previous->number + 1 &&
                                                   event.previous_hash == previous->hash);
    previous = &event;
    return is_linked && context.audit_signer.hash(to_hashed_json(event)) == event.hash;
  };
  for (const AuditEvent& event : expired.events) {
    if (!is_intact(event)) return was_modified(event.number);
  }
  if (!is_intact(expired.next)) return was_modified(expired.next.number);
  return check_checkpoints(context, transaction, project, expired.events);
}

Result<void> erase_expired(const AppContext& context, Transaction& transaction,
                           const Project& project, const std::vector<AuditEvent>& events) {
  auto erased = transaction.audit().erase_through(project.id, events.back().number);
  if (!erased) return erased;
  ProjectTransaction change{context, transaction, project.id, context.clock.now(),
                            Initiator::server()};
  return record(change, {.action = audit_actions::kAuditPruned,
                         .target = {"project", project.id.text(), project.name.text()},
                         .before = {{"first", events.front().number}},
                         .after = {{"last_erased", events.back().number},
                                   {"last_erased_hash", events.back().hash}}});
}

/// The number of the first event if it has expired.
Result<std::optional<std::int64_t>> find_expired(Store& store, const Uuid& project,
                                                 Timestamp limit) {
  return read_snapshot(store, [&](Transaction& transaction) -> Result<std::optional<std::int64_t>> {
    const auto first = transaction.audit().find_first(project);
    if (!first) return failed(first);
    if (!*first || (*first)->at >= limit) return std::optional<std::int64_t>();
    return (*first)->number;
  });
}

/// Erases at most kMaxPrunedEvents, and none unless `first` is still the number of the first one.
Result<std::int64_t> prune_batch(const AppContext& context, AuditCheckpoints& checkpoints,
                                 const Project& project, std::int64_t first,
                                 std::chrono::seconds retention) {
  std::int64_t erased = 0;
  std::optional<SignedAuditCheckpoint> checkpoint;
  auto done = context.store.transact_in_background([&](Transaction& transaction) -> Result<void> {
    erased = 0;
    checkpoint.reset();
    if (auto locked = transaction.projects().lock_project(project.id); !locked) return locked;
    const auto expired = read_expired(transaction, project.id, context.clock.now() - retention);
    if (!expired) return failed(expired);
    if (expired->events.empty() || expired->events.front().number != first) return {};
    // 1. Verify and sign what will be erased, so that waiting for retention hides no modification.
    if (auto before = checkpoints.sign_within(transaction, project); !before) return failed(before);
    auto intact = check_unmodified(context, transaction, project.id, *expired);
    if (!intact) return intact;
    // 2. Erase it, which leaves an event.
    auto gone = erase_expired(context, transaction, project, expired->events);
    if (!gone) return gone;
    erased = static_cast<std::int64_t>(expired->events.size());
    // 3. Sign where the log begins now.
    auto after = store_checkpoint(context, transaction, project);
    if (!after) return failed(after);
    checkpoint = std::move(*after);
    return {};
  });
  if (!done) return failed(done);
  if (checkpoint) checkpoints.remember(project, *checkpoint);
  return erased;
}

}  // namespace

Result<PrunedEvents> prune_audit_log(const AppContext& context, AuditCheckpoints& checkpoints,
                                     const Project& project, std::chrono::seconds retention) {
  PrunedEvents pruned;
  for (int i = 0; i < kMaxPruningTransactions; ++i) {
    const Timestamp limit = context.clock.now() - retention;
    const auto first = find_expired(context.store, project.id, limit);
    if (!first) return failed(first);
    if (!*first) return pruned;
    const auto erased = prune_batch(context, checkpoints, project, **first, retention);
    if (!erased) return failed(erased);
    pruned.count += *erased;
    if (*erased < kMaxPrunedEvents) return pruned;
  }
  pruned.left = WorkLeft::some;
  return pruned;
}

WorkLeft prune_audit_logs(const AppContext& context, AuditCheckpoints& checkpoints,
                          std::chrono::seconds retention) {
  WorkLeft left = WorkLeft::none;
  for_each_project(
      context, "audit log pruning failed", [&](const Project& project) -> Result<void> {
        const auto pruned = prune_audit_log(context, checkpoints, project, retention);
        if (!pruned) return failed(pruned);
        if (pruned->left == WorkLeft::some) left = WorkLeft::some;
        if (pruned->count > 0) {
          context.log.info("audit log pruned",
                           {{"project", project.name.text()}, {"events", pruned->count}});
        }
        return {};
      });
  return left;
}

}  // namespace ptkl::app
