// The sessions with one PostgreSQL that transactions take turns with.
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

/// May be used from any thread.
class PostgresPool {
 public:
  /// `log` outlives the pool.
  PostgresPool(PostgresServer server, const PostgresOptions& options, Logger& log)
      : server_(std::move(server)), options_(options), log_(log) {}

  struct Taken {
    std::unique_ptr<PostgresConnection> connection;
    bool is_new = false;  ///< made for this call
  };
  /// A session for the caller alone, until give_back(). Waits for one at most `wait_for_connection`.
  /// Fails with unavailable; for a short while after the database could not be reached, at once, and so
  /// where it is to change something while half of the sessions wait for commits that hang.
  Result<Taken> take(PostgresConnection::Mode mode);
  /// One that is broken is closed, but for one whose commit is still open: it keeps its place, so that
  /// no more sessions than `max_connections` pile up in the server.
  void give_back(std::unique_ptr<PostgresConnection> connection);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Idle {
    std::unique_ptr<PostgresConnection> connection;
    SteadyTime since;
  };

  /// Nothing is in it when a session may be opened.
  Result<Idle> claim_place(PostgresConnection::Mode mode);
  bool has_place() const PTKL_REQUIRES(mutex_);
  void close_answered() PTKL_REQUIRES(mutex_);
  void give_place_back();
  enum class Sessions { idle, all };  ///< `all`: also those whose commit is open
  void close(Sessions sessions);
  static bool is_good(const Idle& idle);
  Result<Taken> open();
  std::optional<Error> recent_refusal();
  void note(const Result<std::unique_ptr<PostgresConnection>>& opened);

  PostgresServer server_;
  PostgresOptions options_;
  Logger& log_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<Idle> idle_ PTKL_GUARDED_BY(mutex_);
  std::vector<Idle> open_commits_ PTKL_GUARDED_BY(mutex_);
  unsigned taken_ PTKL_GUARDED_BY(mutex_) = 0;  ///< in use, or being opened
  std::optional<Error> refusal_
      PTKL_GUARDED_BY(mutex_);  ///< of the latest attempt to open a session
  SteadyTime refused_at_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::storage
