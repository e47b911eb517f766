#include "storage/postgres/pool.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace ptkl::storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A session that was idle for longer is tested first: a machine that lost its power does not close its
// connections.
constexpr milliseconds kTrustedIdleTime{2'000};
constexpr milliseconds kPingTimeout{1'000};

// How long one failed attempt to connect answers for all: during an outage not every request has to try.
constexpr milliseconds kRefusalHolds{200};

constexpr milliseconds kLookAgain{50};

// A commit waits for a synchronous standby until that returns. After this time the whole server may hang,
// and another one may have replaced it.
constexpr std::chrono::minutes kLongestOpenCommit{5};

/// How many sessions changes leave to reads while they wait for a lock, but at most half.
constexpr unsigned kConnectionsForReads = 8;

/// At least half, and so at least one.
unsigned most_for_changes(const PostgresOptions& options) {
  const unsigned most = options.max_connections;
  return most - std::min(kConnectionsForReads, most / 2);
}

}  // namespace

Result<PostgresPool::Lease> PostgresPool::take(Use use) {
  while (true) {
    auto idle = claim_place(use);
    if (!idle) return failed(idle);
    if (!idle->connection) return open(use);
    if (is_alive(*idle)) return Lease{std::move(idle->connection), use};
    // The others were idle for longer, with the same server.
    idle->connection.reset();
    close(Sessions::idle);
    give_place_back(use);
  }
}

void PostgresPool::release(Lease lease) {
  auto& connection = lease.connection;
  const bool is_open = connection->awaits_commit();
  if (!is_open && !connection->is_usable()) connection.reset();
  {
    const MutexLock lock(mutex_);
    remove_leased(lease.use);
    auto& kept = is_open ? open_commits_ : idle_;
    if (connection) kept.push_back({std::move(connection), steady_clock::now()});
  }
  // All, because the place may be one that only some of them may take.
  changed_.notify_all();
}

Result<PostgresPool::Idle> PostgresPool::claim_place(Use use) {
  MutexLock lock(mutex_);
  close_answered();
  if (use != Use::read && 2 * open_commits_.size() >= options_.max_connections) {
    return failure(
        ErrorCode::unavailable,
        fmt::format("the database has not answered {} commits yet", open_commits_.size()));
  }
  const auto deadline = steady_clock::now() + options_.wait_for_connection;
  bool free = has_place(use);
  // Polls, because no event reports that a hanging commit was answered.
  while (!free && steady_clock::now() < deadline) {
    changed_.wait_until(lock, std::min(steady_clock::now() + kLookAgain, deadline));
    close_answered();
    free = has_place(use);
  }
  if (!free) {
    return failure(
        ErrorCode::unavailable,
        use == Use::change
            ? fmt::format("all {} database connections for changes are in use",
                          most_for_changes(options_))
            : fmt::format("all {} database connections are in use", options_.max_connections));
  }
  add_leased(use);
  Idle idle;
  if (idle_.empty()) return idle;
  // The latest first, so that superfluous sessions stay idle.
  idle = std::move(idle_.back());
  idle_.pop_back();
  return idle;
}

bool PostgresPool::has_place(Use use) const {
  if (leased_ + open_commits_.size() >= options_.max_connections) return false;
  return use != Use::change || changing_ + open_commits_.size() < most_for_changes(options_);
}

void PostgresPool::close_answered() {
  const auto now = steady_clock::now();
  std::erase_if(open_commits_, [now](const Idle& one) {
    return !one.connection->awaits_commit() || now - one.since > kLongestOpenCommit;
  });
}

void PostgresPool::add_leased(Use use) {
  ++leased_;
  if (use == Use::change) ++changing_;
}

void PostgresPool::remove_leased(Use use) {
  --leased_;
  if (use == Use::change) --changing_;
}

void PostgresPool::give_place_back(Use use) {
  {
    const MutexLock lock(mutex_);
    remove_leased(use);
  }
  changed_.notify_all();
}

void PostgresPool::close(Sessions sessions) {
  std::vector<Idle> idle;
  std::vector<Idle> open_commits;
  {
    const MutexLock lock(mutex_);
    idle.swap(idle_);
    if (sessions == Sessions::all) open_commits.swap(open_commits_);
  }
  changed_.notify_all();
}

bool PostgresPool::is_alive(const Idle& idle) {
  if (!idle.connection->is_quiet()) return false;
  if (steady_clock::now() - idle.since <= kTrustedIdleTime) return true;
  return idle.connection->answers_within(kPingTimeout);
}

Result<PostgresPool::Lease> PostgresPool::open(Use use) {
  if (auto refusal = recent_refusal()) {
    give_place_back(use);
    return failure(std::move(*refusal));
  }
  const std::uint32_t timeline = server_.timeline();
  auto opened = PostgresConnection::open(server_, options_.answer_timeout);
  note(opened);
  // A standby was promoted: the other sessions are with a former primary.
  if (server_.timeline() != timeline) {
    close(Sessions::all);
  }
  if (opened) return Lease{std::move(*opened), use, true};
  give_place_back(use);
  return failed(opened);
}

std::optional<Error> PostgresPool::recent_refusal() {
  const MutexLock lock(mutex_);
  if (!refusal_ || steady_clock::now() - refused_at_ > kRefusalHolds) return std::nullopt;
  return refusal_;
}

void PostgresPool::note(const Result<std::unique_ptr<PostgresConnection>>& opened) {
  const MutexLock lock(mutex_);
  if (opened) {
    if (refusal_) log_.info("database connection restored");
    refusal_.reset();
    return;
  }
  if (!refusal_) log_.error("database connection lost", {{"reason", opened.error().message}});
  refusal_ = opened.error();
  refused_at_ = steady_clock::now();
}

}  // namespace ptkl::storage
