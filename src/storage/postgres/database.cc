#include "storage/postgres/database.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "storage/postgres/connection.h"
#include "storage/postgres/pool.h"
#include "storage/sql/call_body.h"

namespace ptkl::storage {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Mode = PostgresConnection::Mode;
using Use = PostgresPool::Use;

// At each collision one transaction commits; the limit is far above the number of servers.
constexpr int kMaxTransactionAttempts = 64;
constexpr microseconds kShortestRetryPause{500};
constexpr microseconds kLongestRetryPause{64'000};

/// Decides whether a body runs again, and waits before it does.
class RetryPolicy {
 public:
  /// `retry_mutex` serializes the transactions of this process that have collided: afterwards they can only
  /// collide with those of other processes.
  RetryPolicy(std::timed_mutex& retry_mutex, milliseconds limit)
      : retry_lock_(retry_mutex, std::defer_lock), deadline_(steady_clock::now() + limit) {}

  /// False when a retry is useless.
  bool should_retry(PostgresFault fault, bool connection_was_new) {
    switch (fault) {
      case PostgresFault::refused:
        return false;
      case PostgresFault::lost:
        // Idle sessions break together when the server stops; a new one shows whether another server
        // replaced it.
        return !connection_was_new && ++attempts_ < kMaxTransactionAttempts;
      case PostgresFault::collision:
        return ++attempts_ < kMaxTransactionAttempts && wait_to_retry();
    }
    return false;
  }

 private:
  bool wait_to_retry() {
    if (!retry_lock_.owns_lock() && !retry_lock_.try_lock_until(deadline_)) return false;
    pause();
    return steady_clock::now() < deadline_;
  }

  /// A random time up to a bound that doubles, so that colliding transactions separate.
  void pause() {
    static thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<microseconds::rep> pauses(0, longest_.count());
    std::this_thread::sleep_for(microseconds(pauses(random)));
    longest_ = std::min(2 * longest_, kLongestRetryPause);
  }

  std::unique_lock<std::timed_mutex> retry_lock_;
  steady_clock::time_point deadline_;
  int attempts_ = 0;
  microseconds longest_ = kShortestRetryPause;
};

/// Marks this thread as running a transaction of a database.
class Nesting {
 public:
  explicit Nesting(const SqlDatabase& database) : outer_(std::exchange(current(), &database)) {}
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { current() = outer_; }
  static bool is_within(const SqlDatabase& database) { return current() == &database; }

 private:
  static const SqlDatabase*& current() {
    static thread_local const SqlDatabase* current = nullptr;
    return current;
  }

  const SqlDatabase* outer_;
};

// Not information_schema, which hides the primary keys from a role that may only read.
constexpr SqlStatement kPostgresColumnList{
    "SELECT relation.relname, part.attname, UPPER(format_type(part.atttypid, NULL)),"
    " COALESCE(key.position, 0)"
    " FROM pg_namespace JOIN pg_class AS relation"
    " ON relation.relnamespace = pg_namespace.oid AND relation.relkind = 'r'"
    " JOIN pg_attribute AS part"
    " ON part.attrelid = relation.oid AND part.attnum > 0 AND NOT part.attisdropped"
    " LEFT JOIN pg_index ON pg_index.indrelid = relation.oid AND pg_index.indisprimary"
    " LEFT JOIN LATERAL unnest(pg_index.indkey) WITH ORDINALITY AS key (number, position)"
    " ON key.number = part.attnum"
    " WHERE pg_namespace.nspname = current_schema()"
    " ORDER BY relation.relname, key.position IS NULL, key.position, part.attnum"};

class PostgresDatabase final : public SqlDatabase {
 public:
  PostgresDatabase(PostgresServer server, const PostgresOptions& options, Logger& log)
      : log_(log), limit_(options.answer_timeout), pool_(std::move(server), options, log) {}

  Result<void> transact(const Body& body) override {
    return transact(body, Use::change, retry_mutex_);
  }

  Result<void> transact_in_background(const Body& body) override {
    return transact(body, Use::background, retry_mutex_);
  }

  Result<void> transact_as_probe(const Body& body) override {
    return transact(body, Use::probe, probe_retry_mutex_);
  }

  Result<void> read(const Body& body) override { return run(body, Use::read, retry_mutex_); }

  SqlStatement column_list() const override { return kPostgresColumnList; }

 private:
  struct Attempt {
    Result<void> result;
    std::optional<PostgresFault> fault;
    bool connection_was_new = false;
  };

  Result<void> transact(const Body& body, Use use, std::timed_mutex& retry_mutex) {
    if (Nesting::is_within(*this)) {
      return failure(ErrorCode::internal, "nested transaction");
    }
    const Nesting nesting(*this);
    return run(body, use, retry_mutex);
  }

  Result<void> run(const Body& body, Use use, std::timed_mutex& retry_mutex) {
    RetryPolicy policy(retry_mutex, limit_);
    while (true) {
      Attempt done = attempt_once(body, use);
      if (!done.fault || !policy.should_retry(*done.fault, done.connection_was_new))
        return done.result;
    }
  }

  static Mode mode_of(Use use) {
    if (use == Use::read) return Mode::snapshot;
    return use == Use::background ? Mode::background : Mode::serializable;
  }

  Attempt attempt_once(const Body& body, Use use) {
    auto lease = pool_.take(use);
    if (!lease) return {failed(lease), {}, true};
    PostgresConnection& connection = *lease->connection;
    connection.begin(mode_of(use));
    Attempt attempt{call_body(body, connection, log_), {}, lease->is_new};
    if (attempt.result) {
      attempt.result = connection.commit();
    } else {
      connection.roll_back();
    }
    if (const auto& failed = connection.first_failure()) attempt.fault = failed->fault;
    pool_.release(std::move(*lease));
    return attempt;
  }

  Logger& log_;
  milliseconds limit_;  ///< for all runs of a body together, except the last one
  std::timed_mutex retry_mutex_;
  std::timed_mutex probe_retry_mutex_;  ///< a collided transaction may wait for a lock
  PostgresPool pool_;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> open_postgres(const SecretString& url,
                                                   const PostgresOptions& options, Logger& log) {
  auto server = PostgresServer::parse(url, options.answer_timeout);
  if (!server) return failed(server);
  return std::make_unique<PostgresDatabase>(std::move(*server), options, log);
}

}  // namespace ptkl::storage
