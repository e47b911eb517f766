#include "app/audit/usage_counts.h"

#include <chrono>
#include <string>
#include <string_view>

#include "app/access/all_projects.h"
#include "app/audit/record.h"
#include "base/ip_address.h"

namespace ptkl::app {
namespace {

/// Small enough that other changes of the project do not wait long.
constexpr std::size_t kEventsPerTransaction = 100;

std::int64_t minute_of(Timestamp time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

/// The IPv4 address, or the /64 network of an IPv6 address: its subscriber can use any address in it.
std::string address_or_network(std::string_view address) {
  if (address.find(':') == address.npos) return std::string(address);
  const auto parsed = IpAddress::parse(address);
  if (!parsed || parsed->is_v4()) return std::string(address);
  return parsed->subscriber().text() + "/64";
}

std::string_view action_of(AuthMethod method) {
  switch (method) {
    case AuthMethod::client_secret:
      return audit_actions::kTokenRefused;
    case AuthMethod::password:
      return audit_actions::kSessionRefused;
    case AuthMethod::invitation:
      return audit_actions::kInvitationRefused;
  }
  return "";
}

AuditDetails details_of(const EventCount& count) {
  return {{"first_at", to_rfc3339(count.first_at)}, {"last_at", to_rfc3339(count.last_at)}};
}

Result<void> record_tokens(ProjectTransaction& change, const TokenCounts::Key& key,
                           const EventCount& count, const std::string& username) {
  change.by = {
      Principal{PrincipalKind::api_user, key.api_user, username}, key.secret, {key.source, ""}};
  return record(change, {.action = key.action, .after = details_of(count), .count = count.count});
}

Result<void> record_refusals(ProjectTransaction& change, const RefusalCounts::Key& key,
                             const EventCount& count) {
  change.by = {std::nullopt, "", {key.source, ""}};
  return record(
      change, {.action = action_of(key.method),
               .after = details_of(count),
               .outcome = AuditOutcome::failure,
               .reason = std::string(to_text(key.reason)),
               .count = count.count,
               .actor = AuditActor{AuditActorKind::unauthenticated, "", key.claimed, key.secret}});
}

}  // namespace

UsageCounts::UsageCounts(const Clock& clock)
    : clock_(clock), flushed_minute_(minute_of(clock.now())) {}

void UsageCounts::refused(const AuthFailure& attempt) {
  if (attempt.project.empty()) return;
  // A throttled attempt was not examined: its names are the attacker's choice, as is the id of an unknown
  // secret.
  const bool is_examined = attempt.reason != AuthFailureReason::throttled;
  const bool is_known = is_examined && attempt.reason != AuthFailureReason::unknown_secret;
  const Timestamp now = clock_.now();
  refusals_.add(
      {attempt.kind, attempt.reason, std::string(attempt.project),
       std::string(is_examined ? attempt.claimed : ""),
       std::string(is_known ? attempt.secret_id : ""), address_or_network(attempt.source_address)},
      {1, now, now});
}

void UsageCounts::issued(const TokenIssue& issue) {
  const Timestamp now = clock_.now();
  tokens_.add({audit_actions::kTokenIssued, issue.project, issue.api_user, issue.secret.text(),
               address_or_network(issue.source_address)},
              {1, now, now});
}

void UsageCounts::revoked(const TokenRevocation& revocation) {
  const Timestamp now = clock_.now();
  tokens_.add({audit_actions::kTokenRevoked, revocation.project, revocation.api_user,
               std::string(revocation.secret), address_or_network(revocation.source_address)},
              {1, now, now});
}

void UsageCounts::flush_ended_minute(const AppContext& context) {
  const std::int64_t minute = minute_of(clock_.now());
  if (flushed_minute_.exchange(minute) == minute) return;
  if (const auto done = flush(context); !done) {
    context.log.error("writing audit counts failed", {{"reason", done.error().message}});
  }
}

Result<void> UsageCounts::flush(const AppContext& context) {
  const auto projects = list_all_projects(context.store);
  if (!projects) return failed(projects);
  Result<void> outcome;
  for (const auto& [project, batches] : take_batches(*projects)) {
    for (const Batch& batch : batches) {
      if (!outcome && is_database_outage(outcome.error())) {
        put_back(batch);
        continue;
      }
      auto written = write(context, project, batch);
      if (written) continue;
      keep_unless_unknown(context, batch, written.error());
      outcome = std::move(written);
    }
  }
  return outcome;
}

/// The last batch, or a new one when that is full.
UsageCounts::Batch& UsageCounts::open_batch(std::vector<Batch>& batches) {
  const auto is_full = [](const Batch& batch) {
    return batch.tokens.size() + batch.refusals.size() >= kEventsPerTransaction;
  };
  if (batches.empty() || is_full(batches.back())) batches.emplace_back();
  return batches.back();
}

UsageCounts::Batches UsageCounts::take_batches(const std::vector<Project>& projects) {
  Batches batches;
  for (auto& [key, count] : tokens_.take()) {
    open_batch(batches[key.project]).tokens.emplace_back(key, count);
  }
  std::map<std::string_view, Uuid> ids;
  for (const Project& project : projects) ids.emplace(project.name.text(), project.id);
  for (auto& [key, count] : refusals_.take(projects, clock_.now())) {
    // A name that belongs to no project has no audit log.
    const auto id = ids.find(key.project);
    if (id == ids.end()) continue;
    open_batch(batches[id->second]).refusals.emplace_back(key, count);
  }
  return batches;
}

Result<UsageCounts::Usernames> UsageCounts::read_usernames(const AppContext& context,
                                                           const Uuid& project,
                                                           const Batch& batch) {
  if (batch.tokens.empty()) return Usernames();
  return read_snapshot(context.store, [&](Transaction& transaction) -> Result<Usernames> {
    Usernames usernames;
    for (const auto& [key, count] : batch.tokens) {
      if (usernames.contains(key.api_user)) continue;
      const auto user = transaction.api_users().find(project, key.api_user);
      if (!user) return failed(user);
      usernames[key.api_user] = *user ? (*user)->user.username.text() : std::string();
    }
    return usernames;
  });
}

Result<void> UsageCounts::write(const AppContext& context, const Uuid& project,
                                const Batch& batch) {
  // Before the transaction, for which all other changes of the project wait. A username never changes.
  const auto usernames = read_usernames(context, project, batch);
  if (!usernames) return failed(usernames);
  return context.store.transact_in_background([&](Transaction& transaction) -> Result<void> {
    if (auto locked = transaction.projects().lock_project(project); !locked) return locked;
    ProjectTransaction change{context, transaction, project, context.clock.now(),
                              Initiator::server()};
    for (const auto& [key, count] : batch.tokens) {
      if (auto done = record_tokens(change, key, count, usernames->at(key.api_user)); !done)
        return done;
    }
    for (const auto& [key, count] : batch.refusals) {
      if (auto done = record_refusals(change, key, count); !done) return done;
    }
    return {};
  });
}

void UsageCounts::put_back(const Batch& batch) {
  for (const auto& [key, count] : batch.tokens) tokens_.add(key, count);
  for (const auto& [key, count] : batch.refusals) refusals_.add(key, count);
}

void UsageCounts::keep_unless_unknown(const AppContext& context, const Batch& batch,
                                      const Error& error) {
  if (error.code != ErrorCode::outcome_unknown) return put_back(batch);
  // Written again they could be counted once more every minute for as long as commits hang.
  context.log.error(
      "audit counts may be missing",
      {{"counts", static_cast<std::int64_t>(batch.tokens.size() + batch.refusals.size())},
       {"reason", error.message}});
}

}  // namespace ptkl::app
