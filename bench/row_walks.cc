#include "bench/row_walks.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "app/api_users/api_users.h"
#include "app/api_users/overlap_expiry.h"
#include "app/audit/checkpoints.h"
#include "app/audit/queries.h"
#include "app/audit/record.h"
#include "app/audit/retention.h"
#include "app/audit/usage_counts.h"
#include "app/audit/verification.h"
#include "app/tokens/last_used.h"
#include "app/tokens/purge_expired.h"
#include "bench/samples.h"
#include "server/runtime/periodic_task.h"

namespace ptkl::bench {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kPreparedPerTransaction = 1000;

/// Calls `body`, a `Result<void>(Transaction&, std::size_t i)`, for each `i` below `rows`.
template <class Body>
void prepare_rows(Store& store, std::size_t rows, const Body& body) {
  for (std::size_t first = 0; first < rows; first += kPreparedPerTransaction) {
    must(store.transact([&](Transaction& transaction) -> Result<void> {
      for (std::size_t i = first; i < std::min(rows, first + kPreparedPerTransaction); ++i) {
        if (auto done = body(transaction, i); !done) return done;
      }
      return {};
    }));
  }
}

/// A value of /proc/self/status in MiB.
double memory_mib(std::string_view name) {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size() + 1, nullptr) / 1024;
  }
  return 0;
}

/// Calls `part` as a PeriodicTask of the server does.
template <class Part>
void run_in_parts(const Part& part) {
  while (part() == app::WorkLeft::some) {
    std::this_thread::sleep_for(server::PeriodicTask::kPauseBetweenParts);
  }
}

void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << 5; }

/// Makes changes from the constructor to stop().
class SmallChanges {
 public:
  SmallChanges(const app::AppContext& context, const app::Actor& actor, const Uuid& api_user)
      : thread_([this, &context, &actor, api_user] {
          while (!is_over_) change(context, actor, api_user);
        }) {}

  void stop() {
    is_over_ = true;
    thread_.join();
    std::sort(milliseconds_.begin(), milliseconds_.end());
  }
  const std::vector<double>& milliseconds() const { return milliseconds_; }
  std::size_t failures() const { return failures_; }

 private:
  void change(const app::AppContext& context, const app::Actor& actor, const Uuid& api_user) {
    const auto start = std::chrono::steady_clock::now();
    const auto changed = app::update_api_user(
        context, actor, api_user,
        {.description = std::to_string(milliseconds_.size()), .status = {}, .roles = {}}, {});
    milliseconds_.push_back(Milliseconds(std::chrono::steady_clock::now() - start).count());
    if (changed) return;
    ++failures_;
    fmt::print(stderr, "a change failed: {}\n", changed.error().message);
  }

  std::atomic<bool> is_over_ = false;
  std::vector<double> milliseconds_;
  std::size_t failures_ = 0;
  std::thread thread_;
};

}  // namespace

const std::map<std::string, RowWalks::Prepare>& RowWalks::walks() {
  static const std::map<std::string, Prepare> kAll = {
      {"no-walk", &RowWalks::make_no_walk},
      {"end-overlaps", &RowWalks::make_overlaps},
      {"purge-tokens", &RowWalks::make_revoked_tokens},
      {"write-uses", &RowWalks::make_uses},
      {"write-counts", &RowWalks::make_counts},
      {"prune-audit", &RowWalks::make_old_events},
      {"verify-audit", &RowWalks::make_verification},
      {"list-api-users", &RowWalks::make_api_user_list},
      {"list-audit", &RowWalks::make_event_list}};
  return kAll;
}

WalkResult RowWalks::run(const std::string& name, std::size_t rows) {
  const Walk walk = (this->*walks().at(name))(rows);
  return run_beside_changes(walk);
}

WalkResult RowWalks::run_beside_changes(const Walk& walk) {
  reset_peak_memory();
  const double memory = memory_mib("VmRSS");
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  SmallChanges changes(context_, actor_, api_user_);
  walk();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  changes.stop();
  const std::vector<double>& waits = changes.milliseconds();
  return {.seconds = seconds.count(),
          .cpu_seconds = cpu_seconds() - cpu,
          .changes = waits.size(),
          .failed_changes = changes.failures(),
          .median_change_ms = waits[waits.size() / 2],
          .longest_change_ms = waits.back(),
          .memory_mib = memory_mib("VmHWM") - memory};
}

/// For comparison: only the changes, for five seconds.
RowWalks::Walk RowWalks::make_no_walk(std::size_t) {
  return [] { std::this_thread::sleep_for(std::chrono::seconds(5)); };
}

std::vector<ClientCredential> RowWalks::read_secrets(std::size_t count) {
  std::vector<ClientCredential> secrets;
  std::optional<Uuid> after;
  do {
    const auto page = must(app::list_api_users(
        context_, actor_, {.page = {.after = after, .limit = kMaxPageSize}, .name = {}}));
    for (const ApiUserDetails& one : page.items) {
      // The owner makes the changes.
      if (one.user.username.text() == "owner" || one.secrets.empty()) continue;
      if (secrets.size() < count) secrets.push_back(one.secrets.front());
    }
    after = page.next;
  } while (after && secrets.size() < count);
  PTKL_CHECK(secrets.size() == count);
  return secrets;
}

/// Replaced secrets whose overlap ends in the same second.
RowWalks::Walk RowWalks::make_overlaps(std::size_t rows) {
  const Timestamp end = context_.clock.now();
  std::vector<ClientCredential> secrets = read_secrets(rows);
  prepare_rows(context_.store, rows, [&](Transaction& transaction, std::size_t i) {
    secrets[i].replaced_at = end - std::chrono::hours(1);
    secrets[i].works_until = end;
    secrets[i].due_at = end;
    return transaction.client_credentials().update(actor_.project.id, secrets[i]);
  });
  return [this, rows] {
    std::size_t ended = 0;
    run_in_parts([&] {
      const auto part = must(app::end_overlaps(context_, Timestamp{}));
      PTKL_CHECK(part.failures.empty());
      ended += part.count;
      return part.left;
    });
    PTKL_CHECK(ended == rows);
  };
}

/// Individually revoked tokens that have expired, as a server purges them every minute.
RowWalks::Walk RowWalks::make_revoked_tokens(std::size_t rows) {
  const Timestamp now = context_.clock.now();
  prepare_rows(context_.store, rows, [&](Transaction& transaction, std::size_t i) {
    const Timestamp expiry = now - std::chrono::hours(2) + std::chrono::milliseconds(i);
    return transaction.revoked_tokens().insert(
        actor_.project.id, {context_.random_source.make_uuid(now), StatusSlot{1'000'000}, expiry});
  });
  return [this] {
    run_in_parts(
        [&] { return must(app::purge_expired_tokens(context_.store, context_.clock.now())); });
  };
}

RowWalks::Walk RowWalks::make_uses(std::size_t rows) {
  auto uses = std::make_shared<app::LastUsed>();
  for (const ClientCredential& secret : read_secrets(rows)) {
    uses->record({actor_.project.id, secret.id, context_.clock.now(), "192.0.2.7"});
  }
  return [this, uses] { must(uses->flush(context_.store)); };
}

/// The tokens that `rows` secrets have got in a minute.
RowWalks::Walk RowWalks::make_counts(std::size_t rows) {
  auto counts = std::make_shared<app::UsageCounts>(context_.clock);
  for (const ClientCredential& secret : read_secrets(rows)) {
    counts->issued({actor_.project.id, secret.api_user, secret.id, "192.0.2.7"});
  }
  return [this, counts] { must(counts->flush(context_)); };
}

void RowWalks::append_events(std::size_t rows) {
  for (std::size_t first = 0; first < rows; first += kPreparedPerTransaction) {
    must(context_.store.transact([&](Transaction& transaction) -> Result<void> {
      app::ProjectTransaction change{context_, transaction, actor_.project.id, context_.clock.now(),
                                     Initiator::server()};
      const std::size_t end = std::min(rows, first + kPreparedPerTransaction);
      for (std::size_t i = first; i < end; ++i) {
        auto done = app::record(change, {.action = audit_actions::kRoleEdited,
                                         .target = {"role", std::to_string(i), "deployer"},
                                         .before = {{"level", std::int64_t{1}}},
                                         .after = {{"level", std::int64_t{2}}}});
        if (!done) return done;
      }
      return {};
    }));
  }
}

RowWalks::Walk RowWalks::make_old_events(std::size_t rows) {
  append_events(rows);
  return [this] {
    app::AuditCheckpoints checkpoints(context_);
    run_in_parts([&] {
      return must(app::prune_audit_log(context_, checkpoints, actor_.project,
                                       std::chrono::seconds(0)))
          .left;
    });
  };
}

RowWalks::Walk RowWalks::make_verification(std::size_t rows) {
  append_events(rows);
  return [this] { (void)must(app::verify_audit_logs(context_, [](std::int64_t) {})); };
}

/// All API users, whatever `rows` is.
RowWalks::Walk RowWalks::make_api_user_list(std::size_t) {
  return [this] {
    std::optional<Uuid> after;
    do {
      const auto page = must(app::list_api_users(
          context_, actor_, {.page = {.after = after, .limit = kMaxPageSize}, .name = {}}));
      after = page.next;
    } while (after);
  };
}

RowWalks::Walk RowWalks::make_event_list(std::size_t rows) {
  append_events(rows);
  return [this] {
    AuditQuery query{.order = AuditOrder::oldest_first, .limit = kMaxPageSize};
    do {
      query.after = must(app::list_audit_events(context_, actor_, query)).next;
    } while (query.after);
  };
}

}  // namespace ptkl::bench
