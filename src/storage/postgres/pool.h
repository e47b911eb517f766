// The sessions with one PostgreSQL that transactions share.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "storage/postgres/connection.h"
#include "storage/postgres/database.h"
#include "storage/postgres/server.h"

namespace ptkl::storage {

/// Thread-safe.
class PostgresPool {
 public:
  /// `log` outlives the pool.
  PostgresPool(PostgresServer server, const PostgresOptions& options, Logger& log)
      : server_(std::move(server)), options_(options), log_(log) {}

  /// What a session is taken for. A change may wait for a lock, and leaves some sessions to the
  /// others. A background task is one of few, and a probe waits for no lock.
  enum class Use { read, change, background, probe };
  struct Lease {
    std::unique_ptr<PostgresConnection> connection;
    Use use = Use::read;
    bool is_new = false;  ///< opened for this call
  };
  /// A session for the caller alone, until release(). Waits for one at most `wait_for_connection`.
  /// Errors: unavailable; immediately for a short time after the database could not be reached, and for a
  /// change or a probe while half of the sessions wait for commits that hang.
  Result<Lease> take(Use use);
  /// Closes a broken session. One whose commit is still unanswered keeps its place, so that the server
  /// never has more than `max_connections` sessions.
  void release(Lease lease);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Idle {
    std::unique_ptr<PostgresConnection> connection;
    SteadyTime since;
  };

  /// Without a connection when a new session may be opened.
  Result<Idle> claim_place(Use use);
  bool has_place(Use use) const PTKL_REQUIRES(mutex_);
  void close_answered() PTKL_REQUIRES(mutex_);
  void add_leased(Use use) PTKL_REQUIRES(mutex_);
  void remove_leased(Use use) PTKL_REQUIRES(mutex_);
  void give_place_back(Use use);
  enum class Sessions { idle, all };  ///< `all`: also those whose commit is open
  void close(Sessions sessions);
  static bool is_alive(const Idle& idle);
  Result<Lease> open(Use use);
  std::optional<Error> recent_refusal();
  void note(const Result<std::unique_ptr<PostgresConnection>>& opened);

  PostgresServer server_;
  PostgresOptions options_;
  Logger& log_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<Idle> idle_ PTKL_GUARDED_BY(mutex_);
  std::vector<Idle> open_commits_ PTKL_GUARDED_BY(mutex_);
  unsigned leased_ PTKL_GUARDED_BY(mutex_) = 0;    ///< in use, or being opened
  unsigned changing_ PTKL_GUARDED_BY(mutex_) = 0;  ///< of leased_, those for changes
  std::optional<Error> refusal_
      PTKL_GUARDED_BY(mutex_);  ///< the error of the latest attempt to open a session
  SteadyTime refused_at_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::storage
