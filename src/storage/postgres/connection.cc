#include "storage/postgres/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <poll.h>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <libpq-fe.h>

#include "base/integer.h"

namespace ptkl::storage {
namespace {

constexpr const char* kBeginSerializable = "BEGIN ISOLATION LEVEL SERIALIZABLE";
// After the lock of its project, a transaction is alone among those that take it, so it needs no detection of conflicts
// between reads and writes, whose false alarms abort changes of different projects. A row that a transaction without
// the lock has changed meanwhile still makes it start over.
constexpr const char* kBeginLocked = "BEGIN ISOLATION LEVEL REPEATABLE READ";
constexpr const char* kBeginBackground = "BEGIN ISOLATION LEVEL READ COMMITTED";
// Well below PostgreSQL's deadlock_timeout of one second, during which all transactions of a deadlock wait.
constexpr const char* kBackgroundLockTimeout = "SET LOCAL lock_timeout = '100ms'";
constexpr const char* kBeginSnapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
// The number belongs to this program, in case others use advisory locks in the same database. Who waits is served in
// turn.
constexpr const char* kLockInSession = "SELECT pg_advisory_lock(hashtextextended($1, 7350106))";
constexpr SqlStatement kLockInTransaction{
    "SELECT pg_advisory_xact_lock(hashtextextended($1, 7350106))"};
constexpr const char* kUnlockSession = "SELECT pg_advisory_unlock_all()";
constexpr std::string_view kReadOnlyTransaction = "25006";
constexpr std::string_view kDuplicates[] = {"42P07", "42701", "42710", "23505"};

/// Parameters in libpq's form: numbers as text, so that the server infers their type; text in binary
/// format, with its length.
class BoundParameters {
 public:
  explicit BoundParameters(std::span<const SqlParameter> parameters) : digits_(parameters.size()) {
    for (std::size_t i = 0; i < parameters.size(); ++i) bind(i, parameters[i]);
  }

  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  static constexpr int kText = 0;
  static constexpr int kBinary = 1;

  void bind(std::size_t i, const SqlParameter& parameter) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
      // One byte stays zero at the end.
      auto& digits = digits_[i];
      std::to_chars(digits.data(), digits.data() + digits.size() - 1, *number);
      add(digits.data(), 0, kText);
    } else if (const auto* text = std::get_if<std::string_view>(&parameter)) {
      // A null pointer would be NULL, which the empty text is not.
      add(text->data() == nullptr ? "" : text->data(), static_cast<int>(text->size()), kBinary);
    } else {
      add(nullptr, 0, kText);
    }
  }

  void add(const char* value, int length, int format) {
    values_.push_back(value);
    lengths_.push_back(length);
    formats_.push_back(format);
  }

  std::vector<std::array<char, 24>> digits_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

std::string_view tag_of(const PGresult& result) {
  return PQcmdStatus(const_cast<PGresult*>(&result));
}

std::int64_t changed_rows(const PGresult& result) {
  if (tag_of(result).starts_with("SELECT")) return 0;
  return parse_integer<std::int64_t>(PQcmdTuples(const_cast<PGresult*>(&result))).value_or(0);
}

std::string_view state_of(const PGresult& result) {
  const char* state = PQresultErrorField(&result, PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

/// Two processes that change the schema in the same way at the same time collide with these errors; a retry
/// finds the change already made.
PostgresFailure failure_of_script(const PGresult& result) {
  PostgresFailure failed = failure_of(result);
  const auto* end = std::end(kDuplicates);
  if (std::find(std::begin(kDuplicates), end, state_of(result)) != end) {
    failed.fault = PostgresFault::collision;
  }
  return failed;
}

/// "Read-only transaction" is an error of the body in a snapshot; in a transaction the server has become
/// a standby.
PostgresFailure failure_of_statement(const PGresult& result, PostgresConnection::Mode mode) {
  PostgresFailure failed = failure_of(result);
  if (mode == PostgresConnection::Mode::snapshot && state_of(result) == kReadOnlyTransaction) {
    failed = {PostgresFault::refused, {ErrorCode::internal, std::move(failed.error.message)}};
  }
  return failed;
}

/// Whether this answer to COMMIT proves that the transaction was rolled back: an outage proves nothing.
bool proves_rollback(const PostgresFailure& failed_commit) {
  if (failed_commit.fault == PostgresFault::collision) return true;
  const ErrorCode code = failed_commit.error.code;
  return code != ErrorCode::unavailable && code != ErrorCode::outcome_unknown;
}

void remember_warning(void* warning, const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  if (severity == nullptr || message == nullptr || std::strcmp(severity, "WARNING") != 0) return;
  *static_cast<std::string*>(warning) = message;
}

}  // namespace

bool PostgresRow::is_null(int column) const { return PQgetisnull(&result_, row_, column) != 0; }

std::int64_t PostgresRow::integer(int column) const {
  return parse_integer<std::int64_t>(text(column)).value_or(0);
}

std::string_view PostgresRow::text(int column) const {
  return {PQgetvalue(&result_, row_, column),
          static_cast<std::size_t>(PQgetlength(&result_, row_, column))};
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const PostgresServer& server,
                                                                     Milliseconds timeout) {
  auto handle = server.connect();
  if (!handle) return failed(handle);
  return std::make_unique<PostgresConnection>(std::move(*handle), timeout);
}

PostgresConnection::PostgresConnection(PostgresHandle handle, Milliseconds timeout)
    : handle_(std::move(handle)), timeout_(timeout) {
  PQsetnonblocking(handle_.get(), 1);
  PQsetNoticeReceiver(handle_.get(), remember_warning, &warning_);
}

Result<std::int64_t> PostgresConnection::run(SqlStatement statement,
                                             std::span<const SqlParameter> parameters,
                                             const OnRow& on_row) {
  if (!is_usable()) return fail_broken("the session is broken");
  const auto trip = send(statement, parameters);
  if (!trip) return failed(trip);
  const auto result = receive(statement, *trip);
  if (!result) return failed(result);
  const std::int64_t changed = changed_rows(**result);
  if (changed > 0) changed_anything_ = true;
  // After the whole answer was received, because a callback may throw.
  const int rows = on_row ? PQntuples(result->get()) : 0;
  for (int row = 0; row < rows; ++row) on_row(PostgresRow(**result, row));
  return changed;
}

Result<void> PostgresConnection::lock(std::string_view name) {
  // READ COMMITTED needs no snapshot, and its limit for waits begins with the transaction.
  if (state_ == State::begin_pending && mode_ != Mode::background) {
    awaited_lock_ = name;
    return {};
  }
  const SqlParameter parameters[] = {name};
  auto locked = run(kLockInTransaction, parameters, {});
  if (!locked) return failed(locked);
  return {};
}

bool PostgresConnection::send_awaited_lock() {
  const char* const values[] = {awaited_lock_.c_str()};
  return PQsendQueryParams(handle_.get(), kLockInSession, 1, nullptr, values, nullptr, nullptr,
                           0) == 1 &&
         PQpipelineSync(handle_.get()) == 1;
}

Result<void> PostgresConnection::receive_lock(Deadline deadline) {
  awaited_lock_.clear();
  // Also if the statement fails: the lock may have been granted in that moment, and stays with the session.
  holds_locks_ = true;
  const auto locked = last_result(deadline);
  if (!locked) return failed(locked);
  const auto synchronized = next_result(deadline);
  if (!synchronized) return failed(synchronized);
  if (!*locked) return fail_broken("the server sent no answer");
  if (is_failure(**locked)) return fail(failure_of_statement(**locked, mode_));
  return {};
}

void PostgresConnection::release_locks() {
  awaited_lock_.clear();
  if (!std::exchange(holds_locks_, false) || !is_usable()) return;
  // What became of the transaction is known already.
  const auto outcome = first_failure_;
  const auto released = exchange(kUnlockSession, timeout_);
  if (!released || !*released || is_failure(**released)) mark_broken();
  first_failure_ = outcome;
}

Result<PostgresResult> PostgresConnection::exchange_end(const std::string& command) {
  const std::string commands = holds_locks_ ? command + ";" + kUnlockSession : command;
  if (PQsendQuery(handle_.get(), commands.c_str()) != 1) {
    return fail_broken(PQerrorMessage(handle_.get()));
  }
  const Deadline deadline = std::chrono::steady_clock::now() + timeout_;
  auto ended = next_result(deadline);
  if (!ended || !*ended) return ended;
  // The command after one that fails is not executed.
  if (!is_failure(**ended)) holds_locks_ = false;
  const auto outcome = first_failure_;
  const auto rest = last_result(deadline);
  if (!rest || (*rest && is_failure(**rest))) mark_broken();
  first_failure_ = outcome;
  return ended;
}

Result<PostgresConnection::RoundTrip> PostgresConnection::send(
    SqlStatement statement, std::span<const SqlParameter> parameters) {
  PGconn* handle = handle_.get();
  RoundTrip trip;
  bool sent = PQenterPipelineMode(handle) == 1;
  // A transaction of its own in the same round trip: the session is never idle while it holds the lock, so that the
  // server's timeout for idle transactions ends it.
  if (!awaited_lock_.empty()) {
    trip.locks = true;
    sent = sent && send_awaited_lock();
  }
  if (const char* begin = sent ? take_pending_begin() : nullptr; begin != nullptr) {
    for (const char* command :
         {begin, mode_ == Mode::background ? kBackgroundLockTimeout : nullptr}) {
      if (command == nullptr || !sent) continue;
      ++trip.begins;
      sent = PQsendQueryParams(handle, command, 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
    }
  }
  auto known = statements_.find(statement.text);
  if (known == statements_.end()) {
    trip.prepares = true;
    known = statements_.emplace(statement.text, fmt::format("s{}", ++prepared_)).first;
    sent = sent && PQsendPrepare(handle, known->second.c_str(), statement.text, 0, nullptr) == 1;
  }
  sent = sent && send_execution(known->second, parameters) && PQpipelineSync(handle) == 1;
  if (!sent) return fail_broken(PQerrorMessage(handle));
  return trip;
}

bool PostgresConnection::send_execution(const std::string& name,
                                        std::span<const SqlParameter> parameters) {
  constexpr int kTextResults = 0;
  const BoundParameters bound(parameters);
  return PQsendQueryPrepared(handle_.get(), name.c_str(), bound.count(), bound.values(),
                             bound.lengths(), bound.formats(), kTextResults) == 1;
}

Result<PostgresResult> PostgresConnection::receive(SqlStatement statement, RoundTrip trip) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout_;
  const int preparation = trip.begins;
  const int last = preparation + int{trip.prepares};
  bool prepared = !trip.prepares;
  std::optional<PostgresFailure> failed;
  PostgresResult execution;
  const auto locked = trip.locks ? receive_lock(deadline) : Result<void>();
  if (!locked && !is_usable()) return failure(locked.error());
  for (int command = 0; command <= last; ++command) {
    auto result = last_result(deadline);
    if (!result) return result;
    if (!*result) return fail_broken("the server sent no answer");
    if (!failed && is_failure(**result)) failed = failure_of_statement(**result, mode_);
    if (command == preparation && !failed) prepared = true;
    execution = std::move(*result);
  }
  if (!prepared) statements_.erase(statement.text);
  // Before the server closes a connection it sends the reason.
  if (failed && !is_usable()) return fail_broken(failed->error.message);
  const auto synchronized = next_result(deadline);
  if (!synchronized) return failure(synchronized.error());
  if (PQexitPipelineMode(handle_.get()) != 1) return fail_broken(PQerrorMessage(handle_.get()));
  // The statement was executed without the lock, and its transaction will be rolled back.
  if (!locked) return failure(locked.error());
  if (failed) return fail(std::move(*failed));
  if (auto good = confirm_primary(*handle_); !good) return fail_broken(good.error().message);
  return execution;
}

Result<void> PostgresConnection::run_script(const std::string& script) {
  if (!is_usable()) return fail_broken("the session is broken");
  const char* begin = take_pending_begin();
  const std::string commands = begin == nullptr ? script : std::string(begin) + ";" + script;
  changed_anything_ = true;
  const auto result = exchange(commands, timeout_);
  if (!result) return failed(result);
  if (*result && is_failure(**result)) return fail(failure_of_script(**result));
  return {};
}

void PostgresConnection::begin(Mode mode) {
  if (is_usable()) state_ = State::begin_pending;
  mode_ = mode;
  changed_anything_ = false;
  first_failure_.reset();
}

Result<void> PostgresConnection::commit() {
  if (first_failure_) {
    roll_back();
    return failure(first_failure_->error);
  }
  if (!leave_transaction()) {
    release_locks();
    return {};
  }
  warning_.clear();
  auto committed = finish_commit(exchange_end("COMMIT"));
  release_locks();
  return committed;
}

Result<void> PostgresConnection::finish_commit(Result<PostgresResult> answer) {
  if (!answer || !*answer) {
    const bool is_open = changed_anything_ && PQstatus(handle_.get()) == CONNECTION_OK;
    return fail_unconfirmed(is_open ? State::commit_unknown : State::broken,
                            answer ? "the server sent no answer" : answer.error().message);
  }
  const PGresult& result = **answer;
  if (is_failure(result)) {
    PostgresFailure failed = failure_of(result);
    if (is_usable() && proves_rollback(failed)) return fail(std::move(failed));
    return fail_unconfirmed(State::broken, failed.error.message);
  }
  if (tag_of(result) != "COMMIT") {
    return fail(
        {PostgresFault::refused, {ErrorCode::internal, "the server rolled the transaction back"}});
  }
  // Such as "canceling the wait for synchronous replication": committed on this machine only.
  if (!warning_.empty()) return fail_unconfirmed(State::broken, warning_);
  return {};
}

void PostgresConnection::roll_back() {
  if (leave_transaction() && is_usable()) {
    const auto result = exchange_end("ROLLBACK");
    if (!result || !*result || is_failure(**result)) mark_broken();
  }
  release_locks();
}

bool PostgresConnection::is_usable() const {
  const bool is_broken = state_ == State::broken || state_ == State::commit_unknown;
  return !is_broken && PQstatus(handle_.get()) == CONNECTION_OK;
}

bool PostgresConnection::is_quiet() const {
  if (!is_usable()) return false;
  pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
  return ::poll(&socket, 1, 0) == 0;
}

bool PostgresConnection::awaits_commit() const {
  pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
  return state_ == State::commit_unknown && ::poll(&socket, 1, 0) == 0;
}

bool PostgresConnection::answers_within(Milliseconds timeout) {
  if (!is_usable()) return false;
  const auto result = exchange("SELECT 1", timeout);
  return result && *result && !is_failure(**result);
}

Result<PostgresResult> PostgresConnection::exchange(const std::string& commands,
                                                    Milliseconds timeout) {
  if (PQsendQuery(handle_.get(), commands.c_str()) != 1) {
    return fail_broken(PQerrorMessage(handle_.get()));
  }
  return last_result(std::chrono::steady_clock::now() + timeout);
}

Result<PostgresResult> PostgresConnection::last_result(Deadline deadline) {
  PostgresResult last;
  while (true) {
    auto result = next_result(deadline);
    if (!result) return result;
    if (!*result) return last;
    // After a failure only the commands follow that were skipped because of it.
    if (!last || !is_failure(*last)) last = std::move(*result);
    if (PQstatus(handle_.get()) != CONNECTION_OK) return last;
  }
}

Result<PostgresResult> PostgresConnection::next_result(Deadline deadline) {
  if (auto flushed = flush(deadline); !flushed) return failed(flushed);
  while (PQisBusy(handle_.get()) == 1) {
    if (auto ready = wait_for(POLLIN, deadline); !ready) return failed(ready);
    if (PQconsumeInput(handle_.get()) != 1) return fail_broken(PQerrorMessage(handle_.get()));
  }
  return PostgresResult(PQgetResult(handle_.get()));
}

Result<void> PostgresConnection::flush(Deadline deadline) {
  while (true) {
    const int unsent = PQflush(handle_.get());
    if (unsent == 0) return {};
    if (unsent < 0) return fail_broken(PQerrorMessage(handle_.get()));
    // A server that cannot send its answers stops reading.
    if (auto ready = wait_for(POLLIN | POLLOUT, deadline); !ready) return ready;
    if (PQconsumeInput(handle_.get()) != 1) return fail_broken(PQerrorMessage(handle_.get()));
  }
}

Result<void> PostgresConnection::wait_for(short events, Deadline deadline) {
  using std::chrono::milliseconds;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) return fail_late();
    pollfd socket{PQsocket(handle_.get()), events, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(left.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail_broken(std::strerror(errno));
  }
}

const char* PostgresConnection::take_pending_begin() {
  if (state_ != State::begin_pending) return nullptr;
  state_ = State::in_transaction;
  switch (mode_) {
    case Mode::serializable:
      return awaited_lock_.empty() ? kBeginSerializable : kBeginLocked;
    case Mode::background:
      return kBeginBackground;
    case Mode::snapshot:
      return kBeginSnapshot;
  }
  return kBeginSerializable;
}

bool PostgresConnection::leave_transaction() {
  const bool was_begun = state_ == State::in_transaction;
  if (was_begun || state_ == State::begin_pending) state_ = State::idle;
  return was_begun;
}

tl::unexpected<Error> PostgresConnection::fail(PostgresFailure failed) {
  // Further answers of a former primary that has become a standby may be stale.
  if (failed.fault == PostgresFault::lost) mark_broken();
  tl::unexpected<Error> error = failure(failed.error);
  if (!first_failure_) first_failure_ = std::move(failed);
  return error;
}

tl::unexpected<Error> PostgresConnection::fail_broken(const std::string& why) {
  return fail({PostgresFault::lost,
               {ErrorCode::unavailable, "database connection lost: " + one_line(why)}});
}

tl::unexpected<Error> PostgresConnection::fail_late() {
  mark_broken();
  return fail(
      {PostgresFault::refused, {ErrorCode::unavailable, "the database did not answer in time"}});
}

tl::unexpected<Error> PostgresConnection::fail_unconfirmed(State state, const std::string& why) {
  state_ = state;
  // first_failure_ may already hold the lost connection, which would run the transaction again.
  if (changed_anything_) {
    first_failure_ = {
        PostgresFault::refused,
        {ErrorCode::outcome_unknown,
         "the commit was not confirmed; the change may or may not have been applied: " +
             one_line(why)}};
  } else if (!first_failure_) {
    first_failure_ = {PostgresFault::lost,
                      {ErrorCode::unavailable, "the commit was not confirmed: " + one_line(why)}};
  }
  return failure(first_failure_->error);
}

void PostgresConnection::mark_broken() {
  if (state_ != State::commit_unknown) state_ = State::broken;
}

}  // namespace ptkl::storage
