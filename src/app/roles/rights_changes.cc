#include "app/roles/rights_changes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/tokens/credential_lifecycle.h"
#include "app/tokens/sessions.h"

namespace ptkl::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The number of holders is adapted until the statements of a batch take between half and twice kTargetDuration. Even
// the smallest batch is worth its commit.
constexpr std::int64_t kFirstBatch = 500;
constexpr std::int64_t kSmallestBatch = 250;
constexpr std::int64_t kLargestBatch = 4000;
constexpr milliseconds kTargetDuration{12};

// A step that waits longer than kIdleWait for its turn competes with other changes. For a while, these then get
// kPauseFactor times as long as each step takes, because they need as much of the database as before.
constexpr milliseconds kIdleWait{2};
constexpr std::chrono::seconds kBusyFor{1};
constexpr int kPauseFactor = 3;

// A step gives up when a row stays locked, which happens under load.
constexpr milliseconds kPauseAfterFailure{50};
constexpr int kMaxFailures = 20;

Result<void> revoke_in_transaction(ProjectTransaction& change, const Uuid& role) {
  auto credentials =
      change.transaction.client_credentials().list_of_holders(change.project, role, change.now);
  if (!credentials) return failed(credentials);
  auto revoked = revoke_all_tokens(change, std::move(*credentials));
  if (!revoked) return revoked;
  const auto sessions = change.transaction.sessions().list_of_holders(change.project, role);
  if (!sessions) return failed(sessions);
  return end_sessions(change, *sessions);
}

}  // namespace

Result<bool> needs_background_steps(ProjectTransaction& change, const Uuid& role) {
  auto& roles = change.transaction.roles();
  auto many = roles.has_more_holders(change.project, role, kMaxHoldersPerTransaction);
  if (!many || *many) return many;
  return roles.has_pending_change(change.project, role);
}

Result<std::int64_t> revoke_tokens_of_holders(ProjectTransaction& change, const Role& role,
                                              std::int64_t holders) {
  const auto version =
      change.transaction.projects().advance_rights_version(change.project, change.now);
  if (!version) return failed(version);
  const auto in_steps = needs_background_steps(change, role.id);
  if (!in_steps) return failed(in_steps);
  if (!*in_steps) {
    if (auto done = revoke_in_transaction(change, role.id); !done) return failed(done);
    return 0;
  }
  const std::int64_t remaining = std::max<std::int64_t>(holders, 1);
  const RightsChange recorded{.version = *version,
                              .role = role.id,
                              .role_name = role.name.text(),
                              .started_at = change.now,
                              .holders = remaining,
                              .remaining = remaining,
                              .worker = {}};
  auto done = change.transaction.rights_changes().insert(change.project, recorded);
  if (!done) return failed(done);
  return remaining;
}

RightsChangeWorker::RightsChangeWorker(const AppContext& context, milliseconds take_over_after,
                                       std::function<SteadyTime()> now)
    : context_(context),
      id_(context.random_source.make_uuid(context.clock.now()).text()),
      take_over_after_(take_over_after),
      now_(std::move(now)),
      batch_size_(kFirstBatch) {}

void RightsChangeWorker::run(const std::stop_token& stop, const OnPending& on_pending) {
  int failures = 0;
  while (!stop.stop_requested()) {
    const auto pending = read_pending(on_pending);
    if (!pending) {
      context_.log.warning("reading pending status updates failed",
                           {{"reason", pending.error().message}});
      return;
    }
    const auto progress = advance_each(*pending, stop);
    if (progress && !*progress) return;
    if (progress) {
      failures = 0;
    } else if (++failures < kMaxFailures) {
      pause_.wait(stop, kPauseAfterFailure);
    } else {
      context_.log.warning("status updates of a role failed",
                           {{"reason", progress.error().message}});
      return;
    }
  }
}

Result<bool> RightsChangeWorker::advance_each(const std::vector<NextRightsChange>& pending,
                                              const std::stop_token& stop) {
  Result<bool> progress = false;
  for (const NextRightsChange& next : pending) {
    if (stop.stop_requested()) break;
    if (!is_ours(next)) continue;
    auto advanced = advance(next);
    if (!advanced) {
      progress = std::move(advanced);
    } else if (progress && *advanced) {
      progress = true;
    }
    leave_time_to_others(stop);
  }
  return progress;
}

Result<std::vector<NextRightsChange>> RightsChangeWorker::read_pending(
    const OnPending& on_pending) {
  std::int64_t pending = 0;
  auto next = read_snapshot(context_.store,
                            [&](Transaction& transaction) -> Result<std::vector<NextRightsChange>> {
                              const auto total = transaction.rights_changes().total_remaining();
                              if (!total) return failed(total);
                              pending = *total;
                              return transaction.rights_changes().list_next();
                            });
  if (!next) return next;
  on_pending(pending);
  if (next->empty()) progress_of_others_.clear();
  return next;
}

bool RightsChangeWorker::is_ours(const NextRightsChange& next) {
  const RightsChange& change = next.change;
  if (change.worker.empty() || change.worker == id_) return true;
  Progress& seen = progress_of_others_[{next.project, change.version}];
  const SteadyTime now = now_();
  if (seen.worker != change.worker || seen.remaining != change.remaining) {
    seen = {change.worker, change.remaining, now};
  }
  return now - seen.at >= take_over_after_;
}

Result<bool> RightsChangeWorker::advance(const NextRightsChange& next) {
  bool advanced = false;
  const auto asked_at = steady_clock::now();
  auto turn_at = asked_at;
  auto done = context_.store.transact_in_background([&](Transaction& transaction) -> Result<void> {
    advanced = false;
    if (auto lock = transaction.projects().lock_project(next.project); !lock) return lock;
    turn_at = steady_clock::now();
    auto& changes = transaction.rights_changes();
    const auto present = changes.list(next.project);
    if (!present) return failed(present);
    const bool is_same = !present->empty() && present->front().version == next.change.version &&
                         present->front().worker == next.change.worker;
    if (!is_same) return {};
    const std::int64_t version = next.change.version;
    if (next.change.worker != id_) {
      auto taken = changes.set_worker(next.project, version, id_);
      if (!taken) return taken;
    }
    // Without the wait for the writer or for the lock, which depends on others.
    const auto begin = steady_clock::now();
    const auto reached = changes.run_step(next.project, version, batch_size_);
    if (!reached) return failed(reached);
    if (*reached == batch_size_) adapt_batch_size(steady_clock::now() - begin);
    advanced = true;
    return *reached == 0 ? changes.finish(next.project, version) : Result<void>();
  });
  const auto ended_at = steady_clock::now();
  if (turn_at - asked_at > kIdleWait) busy_until_ = ended_at + kBusyFor;
  pause_after_step_ = kPauseFactor * (ended_at - turn_at);
  if (!done) return failed(done);
  return advanced;
}

void RightsChangeWorker::leave_time_to_others(const std::stop_token& stop) {
  if (steady_clock::now() >= busy_until_) return;
  pause_.wait(stop, std::chrono::duration_cast<milliseconds>(pause_after_step_));
}

void RightsChangeWorker::adapt_batch_size(steady_clock::duration taken) {
  if (taken < kTargetDuration / 2) batch_size_ = std::min(batch_size_ * 2, kLargestBatch);
  if (taken > kTargetDuration * 2) batch_size_ = std::max(batch_size_ / 2, kSmallestBatch);
}

}  // namespace ptkl::app
