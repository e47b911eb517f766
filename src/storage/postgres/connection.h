// One session with PostgreSQL and its prepared statements, and the rows that it returns.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "storage/postgres/errors.h"
#include "storage/postgres/server.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// One row of a result in text format. Requires: `result` outlives it.
class PostgresRow final : public SqlRow {
 public:
  PostgresRow(const pg_result& result, int row) : result_(result), row_(row) {}
  bool is_null(int column) const override;
  std::int64_t integer(int column) const override;
  std::string_view text(int column) const override;

 private:
  const pg_result& result_;
  int row_;
};

/// Used by one thread at a time. An exchange that takes longer than `timeout` fails, and breaks the session.
class PostgresConnection final : public SqlConnection {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// Errors: those of PostgresServer::connect().
  static Result<std::unique_ptr<PostgresConnection>> open(const PostgresServer& server,
                                                          Milliseconds timeout);
  PostgresConnection(PostgresHandle handle, Milliseconds timeout);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override;
  Result<void> run_script(const std::string& script) override;
  Result<void> lock(std::string_view name) override;

  enum class Mode {
    serializable,  ///< REPEATABLE READ if lock() was called before the first statement
    background,    ///< READ COMMITTED; gives up when it has waited 100 ms for a lock
    snapshot,      ///< one snapshot, read-only
  };
  /// Starts a transaction. BEGIN is sent together with the first statement and costs no round trip.
  void begin(Mode mode);
  /// Commits what begin() started. Errors: outcome_unknown when the transaction changed something and
  /// the server did not confirm the commit; after any other error the transaction is rolled back.
  Result<void> commit();
  /// Rolls back, unless the session is broken: then the server does.
  void roll_back();
  /// The first failure since begin().
  const std::optional<PostgresFailure>& first_failure() const { return first_failure_; }

  /// False when the session is known to be broken. Sends nothing.
  bool is_usable() const;
  /// True when the session is usable and the server has sent nothing unrequested, such as the end of
  /// the connection.
  bool is_quiet() const;
  bool answers_within(Milliseconds timeout);
  /// True while the server has not answered a commit that timed out. The server keeps the transaction
  /// and its locks even when the session is closed.
  bool awaits_commit() const;

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class State {
    idle,            ///< no transaction
    begin_pending,   ///< begin() was called; BEGIN is sent with the first statement
    in_transaction,  ///< BEGIN was sent
    broken,          ///< unusable, and nothing is committed
    commit_unknown,  ///< unusable, and a commit was sent and not answered
  };
  /// What one round trip contains before its statement.
  struct RoundTrip {
    int begins = 0;  ///< the number of commands that begin the transaction
    bool prepares = false;
    bool locks = false;  ///< waits for a lock of the session before that
  };

  Result<RoundTrip> send(SqlStatement statement, std::span<const SqlParameter> parameters);
  bool send_execution(const std::string& name, std::span<const SqlParameter> parameters);
  Result<PostgresResult> receive(SqlStatement statement, RoundTrip trip);
  Result<PostgresResult> exchange(const std::string& commands, Milliseconds timeout);
  /// The last result of a command; null when there is none.
  Result<PostgresResult> last_result(Deadline deadline);
  Result<PostgresResult> next_result(Deadline deadline);
  Result<void> flush(Deadline deadline);
  Result<void> wait_for(short events, Deadline deadline);
  Result<void> finish_commit(Result<PostgresResult> answer);

  /// The statement that starts the transaction when it has to be sent now; otherwise null.
  const char* take_pending_begin();
  /// True when BEGIN was sent. Afterwards the session is idle, unless it is broken.
  bool leave_transaction();

  bool send_awaited_lock();
  Result<void> receive_lock(Deadline deadline);
  /// Releases the locks of the session. A session that cannot do so is closed, and loses them then.
  void release_locks();
  /// Sends `command`, which ends the transaction, and releases the locks. Returns the result of the command alone.
  Result<PostgresResult> exchange_end(const std::string& command);

  tl::unexpected<Error> fail(PostgresFailure failure);
  tl::unexpected<Error> fail_broken(const std::string& why);
  /// A timeout is not retried on another session: the caller has waited long enough.
  tl::unexpected<Error> fail_late();
  tl::unexpected<Error> fail_unconfirmed(State state, const std::string& why);
  void mark_broken();

  PostgresHandle handle_;
  Milliseconds timeout_;
  State state_ = State::idle;
  Mode mode_ = Mode::serializable;
  bool changed_anything_ = false;  ///< since begin()
  std::string awaited_lock_;       ///< to wait for before the transaction begins; may be empty
  bool holds_locks_ = false;       ///< of the session, not of a transaction
  std::optional<PostgresFailure> first_failure_;
  std::string warning_;                                      ///< the server's latest
  std::unordered_map<const char*, std::string> statements_;  ///< their names in the session
  int prepared_ = 0;                                         ///< number of names in use
};

}  // namespace ptkl::storage
