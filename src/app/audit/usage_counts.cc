#include "app/audit/usage_counts.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "app/audit/record.h"
#include "base/ip_address.h"

namespace ptkl::app {
namespace {

/// Small enough that other writers do not have to wait long.
constexpr std::size_t kEventsPerTransaction = 200;

std::int64_t minute_of(Timestamp time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

std::int64_t hour_of(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

/// The IPv4 address, or the /64 network of an IPv6 address: its subscriber can use any address in it.
std::string address_or_network(std::string_view address) {
  if (address.find(':') == address.npos) return std::string(address);
  const auto parsed = IpAddress::parse(address);
  if (!parsed || parsed->is_v4()) return std::string(address);
  return parsed->subscriber().text() + "/64";
}

std::size_t mix(std::size_t hash, std::string_view text) {
  return hash * 31 + std::hash<std::string_view>()(text);
}

std::string_view action_of(AuthMethod kind) {
  switch (kind) {
    case AuthMethod::client_secret:
      return audit_actions::kTokenRefused;
    case AuthMethod::password:
      return audit_actions::kSessionRefused;
    case AuthMethod::invitation:
      return audit_actions::kInvitationRefused;
  }
  return "";
}

AuditDetails details_of(const AuditCount& count) {
  return {{"first_at", to_rfc3339(count.first_at)}, {"last_at", to_rfc3339(count.last_at)}};
}

/// What comes next would wait as long, and in vain.
bool is_out_of_reach(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::outcome_unknown;
}

/// The name that an API user has, or had.
Result<std::string> name_of(ProjectTransaction& change, const Uuid& api_user) {
  const auto user = change.transaction.api_users().find(change.project, api_user);
  if (!user) return failure(user.error());
  return *user ? (*user)->user.username.text() : std::string();
}

}  // namespace

void AuditCount::add(const AuditCount& other) {
  first_at = count == 0 ? other.first_at : std::min(first_at, other.first_at);
  last_at = count == 0 ? other.last_at : std::max(last_at, other.last_at);
  count += other.count;
}

std::size_t AuditCounts::Hash::operator()(const IssueView& view) const {
  // Secret ids are random, and seldom the same in two projects.
  return mix(std::hash<std::string_view>()(view.secret), view.source);
}

std::size_t AuditCounts::Hash::operator()(const RefusalView& view) const {
  std::size_t hash =
      static_cast<std::size_t>(view.kind) * 64 + static_cast<std::size_t>(view.reason);
  for (const std::string_view text : {view.project, view.claimed, view.secret, view.source}) {
    hash = mix(hash, text);
  }
  return hash;
}

bool AuditCounts::Equal::same(const IssueView& left, const IssueView& right) {
  return left.action == right.action && left.secret == right.secret &&
         left.source == right.source && left.project == right.project;
}

bool AuditCounts::Equal::same(const RefusalView& left, const RefusalView& right) {
  return left.kind == right.kind && left.reason == right.reason && left.source == right.source &&
         left.claimed == right.claimed && left.secret == right.secret &&
         left.project == right.project;
}

AuditCounts::AuditCounts(const Clock& clock)
    : clock_(clock), flushed_minute_(minute_of(clock.now())) {}

void AuditCounts::issued(const TokenIssue& issue) {
  const Timestamp now = clock_.now();
  const std::string source = address_or_network(issue.source_address);
  add({audit_actions::kTokenIssued, issue.project, issue.secret.text(), source}, issue.api_user,
      {1, now, now});
}

void AuditCounts::revoked(const TokenRevocation& revocation) {
  const Timestamp now = clock_.now();
  const std::string source = address_or_network(revocation.source_address);
  add({audit_actions::kTokenRevoked, revocation.project, revocation.secret, source},
      revocation.api_user, {1, now, now});
}

void AuditCounts::add(IssueView view, const Uuid& api_user, const AuditCount& count) {
  Shard& shard = shards_[std::hash<std::string_view>()(view.secret) % shards_.size()];
  const MutexLock lock(shard.mutex);
  auto found = shard.counts.find(view);
  if (found == shard.counts.end()) {
    std::size_t& sources = shard.sources[std::string(view.secret)];
    if (sources >= kMaxSources) view.source = {};
    ++sources;
    Issue key{view.action, view.project, std::string(view.secret), std::string(view.source),
              api_user};
    found = shard.counts.try_emplace(std::move(key)).first;
  }
  found->second.add(count);
}

void AuditCounts::refused(const AuthFailure& attempt) {
  if (attempt.project.empty()) return;
  const Timestamp now = clock_.now();
  const std::string source = address_or_network(attempt.source_address);
  // Nobody has looked at what was throttled: its names are the stranger's to choose, as is the id of a
  // secret that there is not.
  const bool was_looked_at = attempt.reason != AuthFailureReason::throttled;
  const bool is_known = was_looked_at && attempt.reason != AuthFailureReason::unknown_secret;
  add({attempt.kind, attempt.reason, attempt.project, was_looked_at ? attempt.claimed : "",
       is_known ? attempt.secret_id : "", source},
      {1, now, now});
}

void AuditCounts::add(RefusalView view, const AuditCount& count) {
  const MutexLock lock(mutex_);
  const auto project = known_projects_.find(view.project);
  const bool is_strange = project == known_projects_.end();
  Distinct& distinct = is_strange ? strange_ : project->second;
  auto found = refusals_.find(view);
  if (found == refusals_.end() && is_strange && distinct.in_minute >= kMaxStrangeRefusals) return;
  // Each step forgets more, until there is a count to add to or room for one more.
  const bool is_hour_full = distinct.in_hour >= kMaxHourlyRefusals;
  const auto is_full = [&](std::size_t limit) PTKL_REQUIRES(mutex_) {
    return found == refusals_.end() && !is_strange && (is_hour_full || distinct.in_minute >= limit);
  };
  if (is_full(kMaxDistinctRefusals)) {
    view.claimed = {};
    view.secret = {};
    found = refusals_.find(view);
  }
  if (is_full(2 * kMaxDistinctRefusals)) {
    view.source = {};
    found = refusals_.find(view);
  }
  if (found == refusals_.end()) {
    ++distinct.in_minute;
    if (!view.source.empty()) ++distinct.in_hour;
    Refusal key{view.kind,
                view.reason,
                std::string(view.project),
                std::string(view.claimed),
                std::string(view.secret),
                std::string(view.source)};
    found = refusals_.try_emplace(std::move(key)).first;
  }
  found->second.add(count);
}

void AuditCounts::flush_ended_minute(const AppContext& context) {
  const std::int64_t minute = minute_of(clock_.now());
  {
    const MutexLock lock(mutex_);
    if (minute == flushed_minute_) return;
    flushed_minute_ = minute;
  }
  if (const auto done = flush(context); !done) {
    context.log.error("counts for the audit log not written", {{"reason", done.error().message}});
  }
}

AuditCounts::Counts<AuditCounts::Issue> AuditCounts::take_issues() {
  Counts<Issue> all;
  for (Shard& shard : shards_) {
    Counts<Issue> taken;
    {
      const MutexLock lock(shard.mutex);
      taken.swap(shard.counts);
      shard.sources.clear();
    }
    all.merge(taken);
  }
  return all;
}

AuditCounts::Counts<AuditCounts::Refusal> AuditCounts::take_refusals(
    const std::vector<Project>& projects) {
  Counts<Refusal> taken;
  const MutexLock lock(mutex_);
  taken.swap(refusals_);
  strange_ = {};
  const std::int64_t hour = hour_of(clock_.now());
  const bool is_same_hour = std::exchange(hour_, hour) == hour;
  const auto before = std::exchange(known_projects_, {});
  for (const Project& project : projects) {
    const auto known = before.find(project.name.text());
    const bool goes_on = is_same_hour && known != before.end();
    known_projects_.emplace(project.name.text(), Distinct{0, goes_on ? known->second.in_hour : 0});
  }
  return taken;
}

AuditCounts::Batch& AuditCounts::open_batch(std::vector<Batch>& batches) {
  const auto is_full = [](const Batch& batch) {
    return batch.issues.size() + batch.refusals.size() >= kEventsPerTransaction;
  };
  if (batches.empty() || is_full(batches.back())) batches.emplace_back();
  return batches.back();
}

void AuditCounts::put_back(const Batch& batch) {
  for (const auto& [key, count] : batch.issues) add(key.view(), key.api_user, count);
  for (const auto& [key, count] : batch.refusals) add(key.view(), count);
}

AuditCounts::Batches AuditCounts::take_batches(const std::vector<Project>& projects) {
  Batches batches;
  for (auto& [key, count] : take_issues()) {
    open_batch(batches[key.project]).issues.emplace_back(key, count);
  }
  std::map<std::string_view, Uuid> ids;
  for (const Project& project : projects) ids.emplace(project.name.text(), project.id);
  for (auto& [key, count] : take_refusals(projects)) {
    // What is no project has no audit log.
    const auto id = ids.find(key.project);
    if (id == ids.end()) continue;
    open_batch(batches[id->second]).refusals.emplace_back(key, count);
  }
  return batches;
}

Result<void> AuditCounts::flush(const AppContext& context) {
  const auto projects = read_snapshot(
      context.store, [](Transaction& transaction) { return transaction.projects().list(); });
  if (!projects) return failure(projects.error());
  Result<void> outcome;
  for (const auto& [project, batches] : take_batches(*projects)) {
    for (const Batch& batch : batches) {
      if (!outcome && is_out_of_reach(outcome.error())) {
        put_back(batch);
        continue;
      }
      auto written = write(context, project, batch);
      if (written) continue;
      give_up(context, batch, written.error());
      outcome = std::move(written);
    }
  }
  return outcome;
}

void AuditCounts::give_up(const AppContext& context, const Batch& batch, const Error& error) {
  if (error.code != ErrorCode::outcome_unknown) return put_back(batch);
  // Written again, they could be there twice: as often as there are minutes in which commits hang.
  context.log.error(
      "counts may be missing from the audit log",
      {{"counts", static_cast<std::int64_t>(batch.issues.size() + batch.refusals.size())},
       {"reason", error.message}});
}

Result<void> AuditCounts::write(const AppContext& context, const Uuid& project,
                                const Batch& batch) {
  return context.store.transact([&](Transaction& transaction) -> Result<void> {
    if (auto turn = transaction.projects().lock_project(project); !turn) return turn;
    ProjectTransaction change{context, transaction, project, context.clock.now(),
                              Initiator::server()};
    for (const auto& [key, count] : batch.issues) {
      auto name = name_of(change, key.api_user);
      if (!name) return failure(std::move(name.error()));
      change.by = {Principal{PrincipalKind::api_user, key.api_user, std::move(*name)},
                   key.secret,
                   {key.source, ""}};
      auto done =
          record(change, {.action = key.action, .after = details_of(count), .count = count.count});
      if (!done) return done;
    }
    for (const auto& [key, count] : batch.refusals) {
      change.by = {std::nullopt, "", {key.source, ""}};
      auto done = record(change, {.action = action_of(key.kind),
                                  .after = details_of(count),
                                  .outcome = AuditOutcome::failure,
                                  .reason = std::string(to_text(key.reason)),
                                  .count = count.count,
                                  .actor = AuditActor{AuditActorKind::unauthenticated, "",
                                                      key.claimed, key.secret}});
      if (!done) return done;
    }
    return {};
  });
}

}  // namespace ptkl::app
