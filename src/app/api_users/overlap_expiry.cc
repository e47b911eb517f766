#include "app/api_users/overlap_expiry.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/access/project_transaction.h"
#include "app/audit/record.h"
#include "app/tokens/credential_lifecycle.h"
#include "app/tokens/last_used.h"

namespace ptkl::app {
namespace {

/// Small enough that other changes of the project do not wait long: over PostgreSQL each secret takes a dozen
/// round trips.
constexpr std::size_t kSecretsPerTransaction = 50;

/// When `secret`, if idle from `since` on, has been idle for too long; absent if it may be idle.
std::optional<Timestamp> idle_end(const ClientCredential& secret, Timestamp since) {
  if (!secret.until_idle || !secret.replaced_at) return std::nullopt;
  return std::max(since, *secret.replaced_at) + *secret.until_idle + kIdleGrace;
}

Timestamp next_check(const ClientCredential& secret, Timestamp since) {
  return std::min(idle_end(secret, since).value_or(*secret.works_until), *secret.works_until);
}

ClientCredential with_use(ClientCredential secret, const std::optional<CredentialUse>& use) {
  if (use && (!secret.last_used_at || *secret.last_used_at < use->at))
    secret.last_used_at = use->at;
  return secret;
}

/// A client gets a token and keeps it, so a secret is idle only once its last token has expired.
Timestamp idle_since(const ClientCredential& secret, std::chrono::seconds token_lifetime,
                     Timestamp watched_since) {
  const auto last_token = secret.last_token_expires_at(token_lifetime);
  return std::max(last_token.value_or(watched_since), watched_since);
}

/// The secret as it is stored now; absent unless it is still due.
std::optional<ClientCredential> find_due(const ApiUserDetails& user, const CredentialId& id,
                                         Timestamp now) {
  for (const ClientCredential& secret : user.secrets) {
    if (secret.id == id && secret.due_at && *secret.due_at <= now) return secret;
  }
  return std::nullopt;
}

Result<void> end_overlap(ProjectTransaction& change, const ApiUser& user, ClientCredential secret,
                         std::string_view reason) {
  secret.works_until = std::min(*secret.works_until, change.now);
  secret.due_at = std::nullopt;
  auto done = change.transaction.client_credentials().update(change.project, secret);
  if (done) done = invalidate_slots(change, secret);
  if (!done) return done;
  return record(change, {.action = audit_actions::kOverlapEnded,
                         .target = audit_target(user),
                         .before = {{"secrets", std::vector<std::string>{secret.id.text()}}},
                         .after = {{"ended_by", std::string(reason)}}});
}

struct EndedOverlap {
  Uuid project;
  CredentialId secret;
  std::string_view reason;  ///< `time` or `idleness`
};

/// Ends the overlap of a secret that was due when it was listed, or sets the time of its next check.
/// Appends to `ended` only in the first case. Returns whether the secret was still due.
Result<bool> check_overlap(ProjectTransaction& change, const DueCredential& listed,
                           Timestamp watched_since, std::vector<EndedOverlap>& ended) {
  // Read before the database: a use stays in memory until its write is committed.
  const auto unwritten_use = change.context.last_used.find(change.project, listed.credential.id);
  const auto user = change.transaction.api_users().find(change.project, listed.credential.api_user);
  if (!user) return failed(user);
  if (!*user) {
    // Deleting an API user deletes its credentials too. Passing over this one would list it forever.
    return failure(ErrorCode::internal,
                   "secret " + listed.credential.id.text() + " is due but has no API user");
  }
  auto due = find_due(**user, listed.credential.id, change.now);
  if (!due) return false;
  if (!due->works_until) {
    return failure(ErrorCode::internal, "secret " + due->id.text() + " is due but has no overlap");
  }
  ClientCredential secret = with_use(std::move(*due), unwritten_use);
  const Timestamp check =
      next_check(secret, idle_since(secret, listed.token_lifetime, watched_since));
  if (check > change.now) {
    secret.due_at = check;
    auto updated = change.transaction.client_credentials().update(change.project, secret);
    if (!updated) return failed(updated);
    return true;
  }
  ended.push_back(
      {change.project, secret.id, *secret.works_until <= change.now ? "time" : "idleness"});
  auto done = end_overlap(change, (*user)->user, std::move(secret), ended.back().reason);
  if (!done) return failed(done);
  return true;
}

/// The result of one transaction.
struct CheckedOverlaps {
  std::vector<EndedOverlap> ended;
  /// Another server has ended the first overlap since it was listed, so nothing was done.
  bool is_overtaken = false;
};

/// Checks all of `listed`, which belong to one project, in one transaction.
Result<CheckedOverlaps> check_together(const AppContext& context,
                                       std::span<const DueCredential> listed,
                                       Timestamp watched_since) {
  CheckedOverlaps checked;
  const Uuid& project = listed.front().project;
  auto done = context.store.transact_in_background([&](Transaction& transaction) -> Result<void> {
    checked = {};
    if (auto locked = transaction.projects().lock_project(project); !locked) return locked;
    ProjectTransaction change{context, transaction, project, context.clock.now(),
                              Initiator::server()};
    for (const DueCredential& one : listed) {
      const auto is_due = check_overlap(change, one, watched_since, checked.ended);
      if (!is_due) return failed(is_due);
      checked.is_overtaken = !*is_due && &one == &listed.front();
      if (checked.is_overtaken) return {};
    }
    return {};
  });
  if (!done) return failed(done);
  return checked;
}

/// Checks `listed` in one transaction or, if one of them makes that fail, in one each. Returns false when another
/// server is ending the same overlaps. Errors: only those of the database as a whole.
Result<bool> check_overlaps(const AppContext& context, std::span<const DueCredential> listed,
                            Timestamp watched_since, EndedOverlaps& all) {
  auto checked = check_together(context, listed, watched_since);
  if (checked) {
    for (const EndedOverlap& one : checked->ended) {
      context.log.info(
          "secret overlap ended",
          {{"project", one.project.text()}, {"secret", one.secret.text()}, {"by", one.reason}});
    }
    all.count += checked->ended.size();
    return !checked->is_overtaken;
  }
  if (is_database_outage(checked.error())) return failed(checked);
  if (listed.size() == 1) {
    all.failures.push_back(std::move(checked.error()));
    return true;
  }
  for (std::size_t i = 0; i < listed.size(); ++i) {
    auto is_ours = check_overlaps(context, listed.subspan(i, 1), watched_since, all);
    if (!is_ours || !*is_ours) return is_ours;
  }
  return true;
}

/// After so many the database as a whole is probably away.
constexpr int kMaxFailedProjects = 3;

/// The first of `listed`, at most kSecretsPerTransaction of one project.
std::span<const DueCredential> first_batch(std::span<const DueCredential> listed) {
  std::size_t count = 0;
  while (count < std::min(listed.size(), kSecretsPerTransaction) &&
         listed[count].project == listed.front().project) {
    ++count;
  }
  return listed.first(count);
}

/// As check_overlaps(), for any number of secrets of any projects; an error of one project comes after the others.
Result<bool> check_in_batches(const AppContext& context, std::span<const DueCredential> listed,
                              Timestamp watched_since, EndedOverlaps& all) {
  Result<bool> result = true;
  for (int failed_projects = 0; !listed.empty() && failed_projects < kMaxFailedProjects;) {
    const auto batch = first_batch(listed);
    auto is_ours = check_overlaps(context, batch, watched_since, all);
    if (is_ours && !*is_ours) return is_ours;
    const Uuid project = batch.front().project;
    listed = listed.subspan(batch.size());
    if (is_ours) continue;
    // Another project may not be locked. The rest of this one would only wait again.
    while (!listed.empty() && listed.front().project == project) listed = listed.subspan(1);
    result = failed(is_ours);
    ++failed_projects;
  }
  return result;
}

}  // namespace

ClientCredential with_overlap(ClientCredential secret, Timestamp now, const Overlap& overlap) {
  secret.replaced_at = now;
  secret.works_until = now + overlap.length;
  secret.until_idle = overlap.until_idle;
  secret.due_at = next_check(secret, now);
  return secret;
}

Result<EndedOverlaps> end_overlaps(const AppContext& context, Timestamp watched_since) {
  auto due = read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.client_credentials().list_due(context.clock.now(), kMaxEndedOverlaps);
  });
  if (!due) return failed(due);
  EndedOverlaps all;
  std::vector<DueCredential> readable;
  for (Result<DueCredential>& one : *due) {
    if (one) {
      readable.push_back(std::move(*one));
    } else {
      all.failures.push_back(std::move(one.error()));
    }
  }
  std::stable_sort(readable.begin(), readable.end(),
                   [](const DueCredential& left, const DueCredential& right) {
                     return left.project < right.project;
                   });
  const auto is_ours = check_in_batches(context, readable, watched_since, all);
  if (!is_ours) return failed(is_ours);
  // Those that failed stay due, so if all have failed, another call would do the same.
  const bool has_more = static_cast<std::int64_t>(due->size()) == kMaxEndedOverlaps &&
                        all.failures.size() < due->size();
  if (*is_ours && has_more) all.left = WorkLeft::some;
  return all;
}

WorkLeft OverlapExpiry::run(const AppContext& context) {
  const Timestamp now = context.clock.now();
  if (!last_run_ || now < *last_run_ || now - *last_run_ > kMaxGap) since_ = now;
  const auto ended = end_overlaps(context, *since_);
  if (!ended) {
    warn(context, 0, ended.error());
    return WorkLeft::none;
  }
  last_run_ = context.clock.now();
  if (!ended->failures.empty()) warn(context, ended->failures.size(), ended->failures.front());
  return ended->left;
}

void OverlapExpiry::warn(const AppContext& context, std::size_t secrets, const Error& reason) {
  const Timestamp now = context.clock.now();
  if (last_warning_ && now < *last_warning_ + kWarningInterval) return;
  last_warning_ = now;
  context.log.warning(
      "ending secret overlaps failed",
      {{"secrets", static_cast<std::int64_t>(secrets)}, {"reason", reason.message}});
}

}  // namespace ptkl::app
