#include "app/audit/checkpoints.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/audit/record.h"

namespace ptkl::app {
namespace {

tl::unexpected<Error> does_not_continue(const AuditCheckpoint& head) {
  return failure(ErrorCode::conflict,
                 "the audit log does not continue the head that was signed at number " +
                     std::to_string(head.number) +
                     ": the database was changed behind the server's back, or restored");
}

/// Signatures of EdDSA depend on nothing but the key and the text.
Result<void> check_authentic(AuditSigner& sealer, const Uuid& project,
                             const SignedAuditCheckpoint& stored) {
  const auto again = sealer.sign(project, stored.head);
  if (!again) return failure(again.error());
  if (*again != stored.jws) return does_not_continue(stored.head);
  return {};
}

bool says_the_same(const AuditCheckpoint& left, const AuditCheckpoint& right) {
  return left.number == right.number && left.hash == right.hash && left.first == right.first &&
         left.first_previous_hash == right.first_previous_hash;
}

/// The event that the head was signed for must be there as it was.
Result<void> check_event(AuditRepository& log, const Uuid& project, const AuditCheckpoint& head) {
  const auto event = log.find(project, head.number);
  if (!event) return failure(event.error());
  if (!*event || (*event)->hash != head.hash) return does_not_continue(head);
  return {};
}

struct Draft {
  SignedAuditCheckpoint head;
  bool is_stored = false;
};

/// The head of the log as it is: the stored one, or another that is signed already.
Result<Draft> draft(const AppContext& context, Transaction& transaction, const Project& project) {
  auto& log = transaction.audit();
  const auto end = log.find_end(project.id);
  if (!end) return failure(end.error());
  const auto first = log.find_first(project.id);
  if (!first) return failure(first.error());
  if (!*first) return failure(ErrorCode::not_found, "the audit log has no event yet");
  auto stored = log.find_latest_head(project.id);
  if (!stored) return failure(std::move(stored.error()));
  SignedAuditCheckpoint made;
  made.head = {issuer_of(context.public_url, project.name),
               (*first)->number,
               (*first)->previous_hash,
               end->number,
               end->hash,
               to_unix_seconds(context.clock.now())};
  if (*stored && says_the_same((*stored)->head, made.head)) return Draft{std::move(**stored), true};
  auto jws = context.audit_signer.sign(project.id, made.head);
  if (!jws) return failure(std::move(jws.error()));
  made.jws = std::move(*jws);
  return Draft{std::move(made), false};
}

/// Events that are old enough to go, the oldest first, and the one that follows them.
struct Beginning {
  std::vector<AuditEvent> old;
  AuditEvent next;
};

/// By number, since the time of any one event may have been changed. The last event is never old.
Result<Beginning> read_beginning(Transaction& transaction, const Uuid& project, Timestamp limit) {
  auto& log = transaction.audit();
  const auto first = log.find_first(project);
  if (!first) return failure(first.error());
  if (!*first || (*first)->at >= limit) return Beginning();
  const AuditQuery query{.order = AuditOrder::oldest_first,
                         .limit = AuditCheckpoints::kMaxPrunedEvents};
  auto page = log.list(project, query);
  if (!page) return failure(std::move(page.error()));
  Beginning beginning{std::move(page->items), {}};
  std::vector<AuditEvent>& old = beginning.old;
  const auto young = std::find_if(old.begin(), old.end(),
                                  [&](const AuditEvent& event) { return event.at >= limit; });
  if (young != old.end() || !page->next) {
    const auto kept = young != old.end() ? young : old.end() - 1;
    beginning.next = *kept;
    old.erase(kept, old.end());
    return beginning;
  }
  auto next =
      log.list(project, {.order = AuditOrder::oldest_first, .after = page->next, .limit = 1});
  if (!next) return failure(std::move(next.error()));
  if (next->items.empty()) return failure(ErrorCode::internal, "the audit log ends too early");
  beginning.next = std::move(next->items.front());
  return beginning;
}

tl::unexpected<Error> is_not_as_it_was(std::int64_t number) {
  return failure(ErrorCode::conflict, "event " + std::to_string(number) +
                                          " of the audit log is not as it was: the database was "
                                          "changed behind the server's back");
}

/// The heads that were signed for these events must be for what they are now.
Result<void> check_heads(const AppContext& context, Transaction& transaction, const Uuid& project,
                         const std::vector<AuditEvent>& events) {
  const std::int64_t first = events.front().number;
  const auto heads = transaction.audit().list_heads(project, first - 1, events.size());
  if (!heads) return failure(heads.error());
  for (const SignedAuditCheckpoint& one : *heads) {
    if (one.head.number > events.back().number) break;
    if (auto good = check_authentic(context.audit_signer, project, one); !good) return good;
    const AuditEvent& event = events[static_cast<std::size_t>(one.head.number - first)];
    if (event.hash != one.head.hash) return is_not_as_it_was(event.number);
  }
  return {};
}

/// Each event must have the hash of what it says, and follow the one before. That the first one is
/// where the log begins is checked where heads are.
Result<void> check_unchanged(const AppContext& context, Transaction& transaction,
                             const Uuid& project, const Beginning& beginning) {
  const AuditEvent* before = nullptr;
  const auto follows = [&](const AuditEvent& event) {
    const bool is_linked = before == nullptr || (event.number == before->number + 1 &&
                                                 event.previous_hash == before->hash);
    before = &event;
    return is_linked && context.audit_signer.hash(to_hashed_json(event)) == event.hash;
  };
  for (const AuditEvent& event : beginning.old) {
    if (!follows(event)) return is_not_as_it_was(event.number);
  }
  if (!follows(beginning.next)) return is_not_as_it_was(beginning.next.number);
  return check_heads(context, transaction, project, beginning.old);
}

}  // namespace

void AuditCheckpoints::remember(const Project& project, const SignedAuditCheckpoint& head) {
  {
    const MutexLock lock(mutex_);
    AuditCheckpoint& last = last_[project.id];
    // Of two that were signed at once, the older one may come later.
    if (says_the_same(last, head.head) || head.head.number < last.number) return;
    last = head.head;
  }
  // Whoever collects the log holds heads that nobody can take back from the database.
  context_.log.info(
      "audit log sealed",
      {{"project", project.name.text()}, {"number", head.head.number}, {"hash", head.head.hash}});
}

std::optional<AuditCheckpoint> AuditCheckpoints::remembered(const Uuid& project) {
  const MutexLock lock(mutex_);
  const auto found = last_.find(project);
  return found == last_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> AuditCheckpoints::check_continues(Transaction& transaction, const Project& project) {
  auto& log = transaction.audit();
  const auto first = log.find_first(project.id);
  if (!first) return failure(first.error());
  const auto stored = log.find_latest_head(project.id);
  if (!stored) return failure(stored.error());
  const auto last = remembered(project.id);
  if (!*stored) {
    // A log without heads is a new one, or one from before there were any.
    const bool is_whole = !*first || ((*first)->number == 1 && (*first)->previous_hash.empty());
    return is_whole && !last ? Result<void>() : does_not_continue(last.value_or(AuditCheckpoint()));
  }
  const AuditCheckpoint& head = (*stored)->head;
  auto authentic = check_authentic(context_.audit_signer, project.id, **stored);
  if (!authentic) return authentic;
  if (!*first || (*first)->number != head.first ||
      (*first)->previous_hash != head.first_previous_hash) {
    return does_not_continue(head);
  }
  if (auto continued = check_event(log, project.id, head); !continued) return continued;
  // Unless another node has shortened the log since, as its head says.
  if (last && last->number >= head.first) return check_event(log, project.id, *last);
  return {};
}

Result<SignedAuditCheckpoint> AuditCheckpoints::make(Transaction& transaction,
                                                     const Project& project) {
  auto made = draft(context_, transaction, project);
  if (!made) return failure(std::move(made.error()));
  if (made->is_stored) return std::move(made->head);
  auto done = transaction.audit().insert_head(project.id, made->head);
  if (!done) return failure(std::move(done.error()));
  return std::move(made->head);
}

Result<SignedAuditCheckpoint> AuditCheckpoints::sign_within(Transaction& transaction,
                                                            const Project& project) {
  auto continues = check_continues(transaction, project);
  if (!continues) return failure(std::move(continues.error()));
  return make(transaction, project);
}

Result<SignedAuditCheckpoint> AuditCheckpoints::sign(const Project& project) {
  // Most often the log has not moved, and to see that takes no turn as a writer.
  auto drafted = read_snapshot(context_.store, [&](Transaction& transaction) -> Result<Draft> {
    auto continues = check_continues(transaction, project);
    if (!continues) return failure(std::move(continues.error()));
    return draft(context_, transaction, project);
  });
  if (!drafted) return failure(std::move(drafted.error()));
  Result<SignedAuditCheckpoint> made = std::move(drafted->head);
  if (!drafted->is_stored) {
    auto stored = made;
    auto done = context_.store.transact([&](Transaction& transaction) -> Result<void> {
      stored = sign_within(transaction, project);
      if (!stored) return failure(stored.error());
      return {};
    });
    // A head stands by its signature, also where it cannot be stored.
    const bool is_out = !done && (done.error().code == ErrorCode::unavailable ||
                                  done.error().code == ErrorCode::outcome_unknown);
    if (!done && !is_out) return failure(done.error());
    if (done) made = std::move(stored);
  }
  remember(project, *made);
  return made;
}

int AuditCheckpoints::sign_all() {
  const auto projects = read_snapshot(
      context_.store, [](Transaction& transaction) { return transaction.projects().list(); });
  if (!projects) {
    context_.log.error("audit logs not sealed", {{"reason", projects.error().message}});
    return 0;
  }
  int broken = 0;
  for (const Project& project : *projects) {
    const auto made = sign(project);
    if (made || made.error().code == ErrorCode::not_found) continue;
    if (made.error().code == ErrorCode::conflict) ++broken;
    context_.log.error("audit log not sealed",
                       {{"project", project.name.text()}, {"reason", made.error().message}});
  }
  return broken;
}

Result<std::int64_t> AuditCheckpoints::prune_some(const Project& project,
                                                  std::chrono::seconds retention) {
  std::int64_t erased = 0;
  std::optional<SignedAuditCheckpoint> head;
  auto done = context_.store.transact([&](Transaction& transaction) -> Result<void> {
    erased = 0;
    head.reset();
    const Timestamp now = context_.clock.now();
    const auto beginning = read_beginning(transaction, project.id, now - retention);
    if (!beginning) return failure(beginning.error());
    const std::vector<AuditEvent>& old = beginning->old;
    if (old.empty()) return {};
    // What is erased is checked and signed for first: so nobody gets rid of a change by waiting.
    if (auto before = sign_within(transaction, project); !before) return failure(before.error());
    auto unchanged = check_unchanged(context_, transaction, project.id, *beginning);
    if (!unchanged) return unchanged;
    auto gone = transaction.audit().erase_through(project.id, old.back().number);
    if (!gone) return gone;
    ProjectTransaction change{context_, transaction, project.id, now, Initiator::server()};
    auto recorded = record(change, {.action = audit_actions::kAuditPruned,
                                    .target = {"project", project.id.text(), project.name.text()},
                                    .before = {{"first", old.front().number}},
                                    .after = {{"last_erased", old.back().number},
                                              {"last_erased_hash", old.back().hash}}});
    if (!recorded) return recorded;
    erased = static_cast<std::int64_t>(old.size());
    auto made = make(transaction, project);
    if (!made) return failure(std::move(made.error()));
    head = std::move(*made);
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  if (head) remember(project, *head);
  return erased;
}

Result<std::int64_t> AuditCheckpoints::prune(const Project& project,
                                             std::chrono::seconds retention) {
  std::int64_t all = 0;
  while (true) {
    auto erased = prune_some(project, retention);
    if (!erased) return erased;
    all += *erased;
    if (*erased < kMaxPrunedEvents) return all;
  }
}

void AuditCheckpoints::prune_all(std::chrono::seconds retention) {
  const auto projects = read_snapshot(
      context_.store, [](Transaction& transaction) { return transaction.projects().list(); });
  if (!projects) {
    context_.log.error("audit logs not pruned", {{"reason", projects.error().message}});
    return;
  }
  for (const Project& project : *projects) {
    const auto pruned = prune(project, retention);
    if (!pruned) {
      context_.log.error("audit log not pruned",
                         {{"project", project.name.text()}, {"reason", pruned.error().message}});
    } else if (*pruned > 0) {
      context_.log.info("audit log pruned",
                        {{"project", project.name.text()}, {"events", *pruned}});
    }
  }
}

}  // namespace ptkl::app
