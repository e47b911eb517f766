#include "app/api_users/overlap_expiry.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/access/project_transaction.h"
#include "app/audit/record.h"
#include "app/tokens/last_used.h"

namespace ptkl::app {
namespace {

/// Small enough that other writers do not have to wait long.
constexpr std::int64_t kSecretsPerTransaction = 100;

/// When `secret` counts as idle for too long, were it idle from `since` on; absent when it may be.
std::optional<Timestamp> idle_end(const SecretRecord& secret, Timestamp since) {
  if (!secret.until_idle || !secret.replaced_at) return std::nullopt;
  return std::max(since, *secret.replaced_at) + *secret.until_idle + kIdleGrace;
}

Timestamp next_look(const SecretRecord& secret, Timestamp since) {
  return std::min(idle_end(secret, since).value_or(*secret.works_until), *secret.works_until);
}

/// With a use of this process that is not written yet. One that was written since this transaction
/// began is not missed: it stays in memory until the write is committed, and a write that commits
/// first makes this transaction run again.
SecretRecord with_unwritten_use(const AppContext& context, const DueSecret& due) {
  SecretRecord secret = due.secret;
  const auto use = context.last_used.find(due.project, secret.id);
  if (use && (!secret.last_used_at || *secret.last_used_at < use->at))
    secret.last_used_at = use->at;
  return secret;
}

/// A client gets a token and keeps it: what counts is when the last one was over.
Timestamp idle_since(const DueSecret& due, Timestamp watched_since) {
  const auto last_token = due.secret.last_token_expires_at(due.token_lifetime);
  return std::max(last_token.value_or(watched_since), watched_since);
}

struct Ended {
  Uuid project;
  SecretId secret;
  std::string_view why;
};

/// What became of the secrets that a transaction had a look at.
struct Pass {
  std::size_t looked = 0;
  std::vector<Ended> ended;
  std::vector<Error> failures;
};

Result<void> record_end(ProjectTransaction& change, const SecretRecord& secret,
                        std::string_view why) {
  const auto user = change.transaction.api_users().find(change.project, secret.api_user);
  if (!user) return failure(user.error());
  AuditTarget target{"api_user", secret.api_user.text(), ""};
  if (*user) target = audit_target((*user)->user);
  return record(change, {.action = audit_actions::kOverlapEnded,
                         .target = std::move(target),
                         .before = {{"secrets", std::vector<std::string>{secret.id.text()}}},
                         .after = {{"ended_by", std::string(why)}}});
}

Result<void> end_overlap(ProjectTransaction& change, SecretRecord secret) {
  secret.works_until = std::min(*secret.works_until, change.now);
  secret.due_at = std::nullopt;
  auto done = change.transaction.secrets().update(change.project, secret);
  if (!done) return done;
  return change.transaction.status_slots().invalidate(change.project, secret.slot);
}

/// Nothing when it was not over.
Result<std::optional<Ended>> end_if_over(ProjectTransaction& change, SecretRecord secret,
                                         Timestamp since) {
  const Timestamp look = next_look(secret, since);
  if (look > change.now) {
    secret.due_at = look;
    auto done = change.transaction.secrets().update(change.project, secret);
    if (!done) return failure(std::move(done.error()));
    return std::nullopt;
  }
  const bool by_time = *secret.works_until <= change.now;
  Ended ended{change.project, secret.id, by_time ? "time" : "idleness"};
  auto done = end_overlap(change, secret);
  if (done) done = record_end(change, secret, ended.why);
  if (!done) return failure(std::move(done.error()));
  return ended;
}

Result<void> end_one(ProjectTransaction& change, DueSecret due, Timestamp watched_since,
                     Pass& pass) {
  if (!due.secret.works_until) {
    return failure(ErrorCode::internal,
                   "the secret " + due.secret.id.text() + " is due, and has no overlap");
  }
  due.secret = with_unwritten_use(change.context, due);
  const Timestamp since = idle_since(due, watched_since);
  auto ended = end_if_over(change, std::move(due.secret), since);
  if (!ended) return failure(std::move(ended.error()));
  ++pass.looked;
  if (*ended) pass.ended.push_back(std::move(**ended));
  return {};
}

/// Which of those that are due: all of them, or one.
using DueFilter = std::function<bool(const DueSecret&)>;

Result<Pass> end_some(const AppContext& context, Timestamp watched_since, const DueFilter& chosen) {
  Pass pass;
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    pass = {};
    const Timestamp now = context.clock.now();
    auto due = transaction.secrets().list_due(now, kSecretsPerTransaction);
    if (!due) return failure(std::move(due.error()));
    for (Result<DueSecret>& one : *due) {
      if (!one) {
        pass.failures.push_back(std::move(one.error()));
      } else if (chosen(*one)) {
        ProjectTransaction change{context, transaction, one->project, now, Initiator::server()};
        auto ended = end_one(change, std::move(*one), watched_since, pass);
        if (!ended) return ended;
      }
    }
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  return pass;
}

Result<std::vector<Result<DueSecret>>> list_due(const AppContext& context, std::int64_t limit) {
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.secrets().list_due(context.clock.now(), limit);
  });
}

/// For when one of them makes the transaction of all fail.
Result<Pass> end_one_by_one(const AppContext& context, Timestamp watched_since) {
  const auto due = list_due(context, kSecretsPerTransaction);
  if (!due) return failure(due.error());
  Pass pass;
  for (const Result<DueSecret>& one : *due) {
    auto some =
        one ? end_some(context, watched_since,
                       [&](const DueSecret& other) {
                         return other.project == one->project && other.secret.id == one->secret.id;
                       })
            : failure(one.error());
    if (!some) {
      pass.failures.push_back(std::move(some.error()));
      continue;
    }
    pass.looked += some->looked;
    pass.ended.insert(pass.ended.end(), some->ended.begin(), some->ended.end());
  }
  return pass;
}

Result<Pass> end_next(const AppContext& context, Timestamp watched_since) {
  auto pass = end_some(context, watched_since, [](const DueSecret&) { return true; });
  // Where the database is not there, it is not there for one secret either.
  if (pass || pass.error().code == ErrorCode::unavailable ||
      pass.error().code == ErrorCode::outcome_unknown) {
    return pass;
  }
  return end_one_by_one(context, watched_since);
}

void report(const AppContext& context, const std::vector<Ended>& ended) {
  for (const Ended& one : ended) {
    context.log.info(
        "the overlap of a secret ended",
        {{"project", one.project.text()}, {"secret", one.secret.text()}, {"by", one.why}});
  }
}

}  // namespace

SecretRecord with_overlap(SecretRecord secret, Timestamp now, const Overlap& overlap) {
  secret.replaced_at = now;
  secret.works_until = now + overlap.length;
  secret.until_idle = overlap.until_idle;
  secret.due_at = next_look(secret, now);
  return secret;
}

Result<EndedOverlaps> end_overlaps(const AppContext& context, Timestamp watched_since) {
  EndedOverlaps all;
  while (true) {
    // Nearly always there is nothing to do, and to see that takes no turn as a writer.
    const auto due = list_due(context, 1);
    if (!due) return failure(due.error());
    if (due->empty()) return all;
    auto pass = end_next(context, watched_since);
    if (!pass) return failure(std::move(pass.error()));
    report(context, pass->ended);
    all.count += pass->ended.size();
    all.failures = std::move(pass->failures);
    // Then all that is left has just failed.
    if (pass->looked == 0) return all;
  }
}

void OverlapWatch::look(const AppContext& context) {
  const Timestamp now = context.clock.now();
  if (!last_look_ || now < *last_look_ || now - *last_look_ > kMaxGap) since_ = now;
  const auto ended = end_overlaps(context, *since_);
  if (!ended) return warn(context, 0, ended.error());
  last_look_ = context.clock.now();
  if (!ended->failures.empty()) warn(context, ended->failures.size(), ended->failures.front());
}

void OverlapWatch::warn(const AppContext& context, std::size_t secrets, const Error& reason) {
  const Timestamp now = context.clock.now();
  if (last_warning_ && now < *last_warning_ + kWarningInterval) return;
  last_warning_ = now;
  context.log.warning(
      "overlaps of secrets that are over were not ended",
      {{"secrets", static_cast<std::int64_t>(secrets)}, {"reason", reason.message}});
}

}  // namespace ptkl::app
