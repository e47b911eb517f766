// One session with PostgreSQL that sends batches of lookups without waiting for the answers to earlier ones.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "storage/postgres/errors.h"
#include "storage/postgres/lookup_batch.h"
#include "storage/postgres/server.h"

namespace ptkl::storage {

/// Used by one thread. A batch is one pipeline of libpq with one Sync at its end: an implicit transaction, whose
/// isolation level makes it one snapshot, taken after the batch was sent. A batch fails alone when the server
/// rejects one of its statements; when the session breaks, all of its batches are lost.
class PipelineSession {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using Milliseconds = std::chrono::milliseconds;

  /// `timeout` is how long a batch may take. Errors: those of PostgresServer::connect().
  static Result<std::unique_ptr<PipelineSession>> open(const PostgresServer& server,
                                                       Milliseconds timeout);
  PipelineSession(PostgresHandle handle, Milliseconds timeout);

  /// A batch with its answers, or with the error that it failed with.
  struct FinishedBatch {
    LookupBatch batch;
    std::optional<Error> error;
  };
  using OnFinished = std::function<void(FinishedBatch)>;

  // An error of one of these means that the session is broken.

  /// Returns before anything is answered.
  Result<void> send(LookupBatch batch);
  /// Waits until the socket or `wakeup` is readable, or the oldest batch is overdue, which is an error.
  /// Returns whether `wakeup` is readable.
  Result<bool> wait(int wakeup);
  /// Reads what has arrived, without waiting, and hands over each finished batch.
  Result<void> receive(const OnFinished& on_finished);

  std::size_t batches_in_flight() const { return in_flight_.size(); }
  /// The batches that a broken session leaves unanswered.
  std::vector<LookupBatch> abandon();

 private:
  struct Sent {
    LookupBatch batch;
    std::vector<const SharedStatement*> commands;  ///< null: one without rows
    std::size_t answered = 0;
    std::optional<Error> error;
    SteadyTime overdue_at;
  };

  Result<void> prepare();
  bool send_command(const char* command);
  bool send_statement(const SharedStatement& statement, const std::vector<std::string>& arrays);
  Sent& begin_sending(LookupBatch batch);
  Result<void> finish_sending();
  Result<void> take(const pg_result& result);
  Result<void> finish_oldest(const OnFinished& on_finished);
  Result<void> flush();
  tl::unexpected<Error> lost() const;

  PostgresHandle handle_;
  Milliseconds timeout_;
  std::deque<Sent> in_flight_;
  SteadyTime plan_anew_at_ = SteadyTime::max();
  bool unsent_ = false;
  bool is_ready_ = false;  ///< the socket can be read, or written
};

}  // namespace ptkl::storage
