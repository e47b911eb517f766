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

  struct Lease {
    std::unique_ptr<PostgresConnection> connection;
    bool is_new = false;  ///< opened for this call
  };
  /// A session for the caller alone, until release(). Waits for one at most `wait_for_connection`.
  /// Errors: unavailable; immediately for a short time after the database could not be reached, and for a
  /// writing transaction while half of the sessions wait for commits that hang.
  Result<Lease> take(PostgresConnection::Mode mode);
  /// Closes a broken session. One whose commit is still unanswered keeps its place, so that the server
  /// never has more than `max_connections` sessions.
  void release(std::unique_ptr<PostgresConnection> connection);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Idle {
    std::unique_ptr<PostgresConnection> connection;
    SteadyTime since;
  };

  /// Without a connection when a new session may be opened.
  Result<Idle> claim_place(PostgresConnection::Mode mode);
  bool has_place() const PTKL_REQUIRES(mutex_);
  void close_answered() PTKL_REQUIRES(mutex_);
  void give_place_back();
  enum class Sessions { idle, all };  ///< `all`: also those whose commit is open
  void close(Sessions sessions);
  static bool is_alive(const Idle& idle);
  Result<Lease> open();
  std::optional<Error> recent_refusal();
  void note(const Result<std::unique_ptr<PostgresConnection>>& opened);

  PostgresServer server_;
  PostgresOptions options_;
  Logger& log_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<Idle> idle_ PTKL_GUARDED_BY(mutex_);
  std::vector<Idle> open_commits_ PTKL_GUARDED_BY(mutex_);
  unsigned leased_ PTKL_GUARDED_BY(mutex_) = 0;  ///< in use, or being opened
  std::optional<Error> refusal_
      PTKL_GUARDED_BY(mutex_);  ///< the error of the latest attempt to open a session
  SteadyTime refused_at_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::storage
