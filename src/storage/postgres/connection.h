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

/// Used by one thread at a time. Every exchange is over when `timeout` is; the session is no good
/// after that.
class PostgresConnection final : public SqlConnection {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// Fails as PostgresServer::connect().
  static Result<std::unique_ptr<PostgresConnection>> open(const PostgresServer& server,
                                                          Milliseconds timeout);
  PostgresConnection(PostgresHandle handle, Milliseconds timeout);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override;
  Result<void> run_script(const std::string& script) override;

  enum class Mode { serializable, snapshot };
  /// Travels with the first statement, and so costs no exchange of its own.
  void begin(Mode mode);
  /// Ends what begin() began. Fails with outcome_unknown where something was changed and nobody can
  /// tell whether that is kept; after every other failure it is not.
  Result<void> commit();
  /// Undoes everything, where the session still can.
  void roll_back();
  /// What failed first since begin().
  const std::optional<PostgresFailure>& first_failure() const { return first_failure_; }

  /// False when the session is known to be broken; asks nobody.
  bool is_usable() const;
  /// True when nothing has come that nobody asked for, such as the end of the connection.
  bool is_quiet() const;
  bool answers_within(Milliseconds timeout);
  /// True while the server still has not answered a commit that was given up on. It goes on waiting,
  /// with all that it holds, even when the session is closed.
  bool awaits_commit() const;

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  /// What one trip to the server holds before its statement.
  struct Trip {
    bool begins = false;
    bool prepares = false;
  };

  Result<Trip> send(SqlStatement statement, std::span<const SqlParameter> parameters);
  bool send_execution(const std::string& name, std::span<const SqlParameter> parameters);
  Result<PostgresResult> receive(SqlStatement statement, Trip trip);
  Result<PostgresResult> exchange(const std::string& commands, Milliseconds timeout);
  /// The last result of a command; null when there is none.
  Result<PostgresResult> last_result(Deadline deadline);
  Result<PostgresResult> next_result(Deadline deadline);
  Result<void> flush(Deadline deadline);
  Result<void> wait_for(short events, Deadline deadline);
  Result<void> finish_commit(Result<PostgresResult> answer);

  tl::unexpected<Error> fail(PostgresFailure failure);
  tl::unexpected<Error> fail_broken(const std::string& why);
  /// Who has waited for that long is told so, instead of waiting again on another session.
  tl::unexpected<Error> fail_late();
  tl::unexpected<Error> fail_unknown(const std::string& why);

  PostgresHandle handle_;
  Milliseconds timeout_;
  std::unordered_map<const char*, std::string> statements_;  ///< their names in the session
  int prepared_ = 0;                                         ///< how many names were given out
  Mode mode_ = Mode::serializable;
  const char* pending_begin_ = nullptr;
  bool in_transaction_ = false;
  bool changed_anything_ = false;
  bool broken_ = false;
  bool commit_is_open_ = false;
  std::string warning_;  ///< the server's latest
  std::optional<PostgresFailure> first_failure_;
};

}  // namespace ptkl::storage
