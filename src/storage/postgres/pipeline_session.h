// One session with PostgreSQL that asks batches of lookups, several on their way at once.
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
/// isolation level makes it one snapshot that is taken after the batch was sent.
class PostgresLookupSession {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using Milliseconds = std::chrono::milliseconds;

  /// Fails as PostgresServer::connect(). `patience` is how long a batch may take.
  static Result<std::unique_ptr<PostgresLookupSession>> open(const PostgresServer& server,
                                                             Milliseconds patience);
  PostgresLookupSession(PostgresHandle handle, Milliseconds patience);

  /// A batch that has come to its end.
  struct Done {
    LookupBatch batch;
    std::optional<PostgresFailure> failure;
  };
  using OnDone = std::function<void(Done)>;

  // Each of these fails when the session is no good any more: what is on its way is lost then.

  /// Returns before anything is answered.
  Result<void> send(LookupBatch batch);
  /// Waits until something comes, `wakeup` is readable, or the oldest batch is overdue, which is a
  /// failure. Tells whether `wakeup` is.
  Result<bool> wait(int wakeup);
  /// Takes what has come, without waiting, and hands over each batch that is done.
  Result<void> receive(const OnDone& on_done);

  std::size_t batches_on_their_way() const { return on_their_way_.size(); }
  /// What a lost session leaves unanswered.
  std::vector<LookupBatch> abandon();

 private:
  struct Sent {
    LookupBatch batch;
    std::vector<const SharedStatement*> commands;  ///< null: one whose rows nobody wants
    std::size_t answered = 0;
    std::optional<PostgresFailure> failure;
    SteadyTime overdue_at;
  };

  Result<void> prepare();
  bool send_command(const char* command);
  bool send_statement(const SharedStatement& statement, const std::vector<std::string>& arrays);
  Sent& begin_sending(LookupBatch batch);
  Result<void> finish_sending();
  Result<void> take(const pg_result& result);
  Result<void> end_oldest(const OnDone& on_done);
  Result<void> flush();
  tl::unexpected<Error> lost() const;

  PostgresHandle handle_;
  Milliseconds patience_;
  std::deque<Sent> on_their_way_;
  SteadyTime plan_anew_at_ = SteadyTime::max();
  bool unsent_ = false;
  bool has_news_ = false;  ///< the socket can be read, or written
};

}  // namespace ptkl::storage
