#include "app/overlaps.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/last_used.h"
#include "app/project_change.h"

namespace ptkl::app {
namespace {

/// Small enough that other writers do not have to wait long.
constexpr std::int64_t kSecretsPerTransaction = 100;

/// From when on `secret` counts as idle for too long, were it not used any more; absent when it may
/// be idle.
std::optional<Timestamp> idle_end(const SecretRecord& secret) {
  if (!secret.until_idle || !secret.replaced_at) return std::nullopt;
  const Timestamp since =
      std::max(secret.last_used_at.value_or(*secret.replaced_at), *secret.replaced_at);
  return since + *secret.until_idle + kIdleGrace;
}

Timestamp next_look(const SecretRecord& secret) {
  return std::min(idle_end(secret).value_or(*secret.works_until), *secret.works_until);
}

/// With a use of this process that is not written yet. One that was written since this transaction
/// began is not missed: it stays in memory until the write is committed, and a write that commits
/// first makes this transaction run again.
SecretRecord with_unwritten_use(const Ports& ports, DueSecret due) {
  SecretRecord secret = std::move(due.secret);
  const auto use = ports.last_used.find(due.project, secret.id);
  if (use && (!secret.last_used_at || *secret.last_used_at < use->at))
    secret.last_used_at = use->at;
  return secret;
}

Result<void> end_overlap(ProjectChange& change, SecretRecord secret) {
  secret.works_until = std::min(*secret.works_until, change.now);
  secret.due_at = std::nullopt;
  auto done = change.transaction.secrets().update(change.project, secret);
  if (!done) return done;
  return change.transaction.status_slots().invalidate(change.project, secret.slot);
}

/// Whether it was over.
Result<bool> end_if_over(ProjectChange& change, SecretRecord secret) {
  const Timestamp look = next_look(secret);
  const bool over = look <= change.now;
  if (!over) secret.due_at = look;
  auto done = over ? end_overlap(change, std::move(secret))
                   : change.transaction.secrets().update(change.project, secret);
  if (!done) return failure(std::move(done.error()));
  return over;
}

Result<std::vector<DueSecret>> list_due(const Ports& ports) {
  return read_snapshot(ports.store, [&](Transaction& transaction) {
    return transaction.secrets().list_due(ports.clock.now(), 1);
  });
}

Result<std::size_t> end_some(const Ports& ports, Transaction& transaction) {
  const Timestamp now = ports.clock.now();
  auto due = transaction.secrets().list_due(now, kSecretsPerTransaction);
  if (!due) return failure(std::move(due.error()));
  std::size_t ended = 0;
  for (DueSecret& one : *due) {
    ProjectChange change{ports, transaction, one.project, now};
    const auto over = end_if_over(change, with_unwritten_use(ports, std::move(one)));
    if (!over) return failure(over.error());
    ended += *over ? 1 : 0;
  }
  return ended;
}

}  // namespace

SecretRecord with_overlap(SecretRecord secret, Timestamp now, const Overlap& overlap) {
  secret.replaced_at = now;
  secret.works_until = now + overlap.length;
  secret.until_idle = overlap.until_idle;
  secret.due_at = next_look(secret);
  return secret;
}

Result<std::size_t> end_overlaps(const Ports& ports) {
  std::size_t ended = 0;
  while (true) {
    // Nearly always there is nothing to do, and to see that takes no turn as a writer.
    const auto due = list_due(ports);
    if (!due) return failure(due.error());
    if (due->empty()) return ended;
    std::size_t some = 0;
    auto done = ports.store.transact([&](Transaction& transaction) -> Result<void> {
      const auto counted = end_some(ports, transaction);
      if (!counted) return failure(counted.error());
      some = *counted;
      return {};
    });
    if (!done) return failure(std::move(done.error()));
    ended += some;
  }
}

}  // namespace ptkl::app
