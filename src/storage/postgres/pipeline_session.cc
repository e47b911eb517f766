#include "storage/postgres/pipeline_session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <utility>

#include <libpq-fe.h>

#include "storage/postgres/connection.h"

namespace ptkl::storage {
namespace {

// All statements of one pipeline see one snapshot. Not READ ONLY, because the session would then itself
// report what confirm_primary() rejects.
constexpr const char* kOneSnapshot = "SET default_transaction_isolation = 'repeatable read'";

// A plan that was made while a table was small would be kept until the table is analyzed, and may read
// everything that a project has in it.
constexpr const char* kPlanAnew = "DISCARD PLANS";
constexpr std::chrono::seconds kPlansLast{10};

}  // namespace

Result<std::unique_ptr<PipelineSession>> PipelineSession::open(const PostgresServer& server,
                                                               Milliseconds timeout) {
  auto handle = server.connect();
  if (!handle) return failed(handle);
  auto session = std::make_unique<PipelineSession>(std::move(*handle), timeout);
  if (auto prepared = session->prepare(); !prepared) return failed(prepared);
  return session;
}

PipelineSession::PipelineSession(PostgresHandle handle, Milliseconds timeout)
    : handle_(std::move(handle)), timeout_(timeout) {}

// In flight when this returns: it costs no round trip of its own.
Result<void> PipelineSession::prepare() {
  if (auto good = confirm_primary(*handle_); !good) return good;
  Sent& sent = begin_sending({});
  bool good = PQsetnonblocking(handle_.get(), 1) == 0 && PQenterPipelineMode(handle_.get()) == 1 &&
              send_command(kOneSnapshot);
  for (const SharedStatement& statement : shared_statements()) {
    good = good && PQsendPrepare(handle_.get(), statement.name, statement.text, 0, nullptr) == 1;
  }
  if (!good) return lost();
  sent.commands.assign(1 + shared_statements().size(), nullptr);
  // CockroachDB has no such command.
  const bool keeps_plans = PQparameterStatus(handle_.get(), "crdb_version") == nullptr;
  if (keeps_plans) plan_anew_at_ = std::chrono::steady_clock::now() + kPlansLast;
  return finish_sending();
}

bool PipelineSession::send_command(const char* command) {
  return PQsendQueryParams(handle_.get(), command, 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
}

Result<void> PipelineSession::send(LookupBatch batch) {
  Sent& sent = begin_sending(std::move(batch));
  if (std::chrono::steady_clock::now() >= plan_anew_at_) {
    if (!send_command(kPlanAnew)) return lost();
    sent.commands.push_back(nullptr);
    plan_anew_at_ = std::chrono::steady_clock::now() + kPlansLast;
  }
  for (const SharedStatement& statement : shared_statements()) {
    const std::vector<std::string> arrays = statement.parameters(sent.batch);
    if (arrays.empty()) continue;
    if (!send_statement(statement, arrays)) return lost();
    sent.commands.push_back(&statement);
  }
  return finish_sending();
}

bool PipelineSession::send_statement(const SharedStatement& statement,
                                     const std::vector<std::string>& arrays) {
  constexpr int kTextResults = 0;
  std::vector<const char*> values;
  values.reserve(arrays.size());
  for (const std::string& array : arrays) values.push_back(array.c_str());
  return PQsendQueryPrepared(handle_.get(), statement.name, static_cast<int>(values.size()),
                             values.data(), nullptr, nullptr, kTextResults) == 1;
}

// From here on abandon() returns the batch when the session breaks.
PipelineSession::Sent& PipelineSession::begin_sending(LookupBatch batch) {
  Sent& sent = in_flight_.emplace_back();
  sent.batch = std::move(batch);
  sent.overdue_at = std::chrono::steady_clock::now() + timeout_;
  return sent;
}

Result<void> PipelineSession::finish_sending() {
  if (PQpipelineSync(handle_.get()) != 1) return lost();
  return flush();
}

Result<void> PipelineSession::flush() {
  const int left = PQflush(handle_.get());
  if (left < 0) return lost();
  unsent_ = left > 0;
  return {};
}

Result<bool> PipelineSession::wait(int wakeup) {
  using std::chrono::milliseconds;
  milliseconds limit{-1};  // none
  if (!in_flight_.empty()) {
    limit = std::chrono::ceil<milliseconds>(in_flight_.front().overdue_at -
                                            std::chrono::steady_clock::now());
    if (limit <= milliseconds::zero()) {
      return failure(ErrorCode::unavailable, "the database did not answer in time");
    }
  }
  const short events = unsent_ ? POLLIN | POLLOUT : POLLIN;
  std::array<pollfd, 2> watched{pollfd{PQsocket(handle_.get()), events, 0},
                                pollfd{wakeup, POLLIN, 0}};
  const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(limit.count()));
  if (ready < 0 && errno != EINTR) {
    return failure(ErrorCode::unavailable, std::strerror(errno));
  }
  is_ready_ = ready > 0 && watched[0].revents != 0;
  return ready > 0 && watched[1].revents != 0;
}

Result<void> PipelineSession::receive(const OnFinished& on_finished) {
  if (!std::exchange(is_ready_, false)) return {};
  if (PQconsumeInput(handle_.get()) != 1) return lost();
  if (unsent_) {
    if (auto flushed = flush(); !flushed) return failed(flushed);
  }
  bool ended_a_command = false;
  while (!in_flight_.empty() && PQisBusy(handle_.get()) == 0) {
    const PostgresResult result(PQgetResult(handle_.get()));
    // One null ends the answer to a command; a second one means that no further answer follows.
    if (!result && std::exchange(ended_a_command, true)) return lost();
    if (!result) continue;
    ended_a_command = false;
    auto taken = PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC ? finish_oldest(on_finished)
                                                                     : take(*result);
    if (!taken) return failed(taken);
  }
  if (PQstatus(handle_.get()) != CONNECTION_OK) return lost();
  return {};
}

Result<void> PipelineSession::take(const pg_result& result) {
  Sent& sent = in_flight_.front();
  if (PQresultStatus(&result) == PGRES_PIPELINE_ABORTED) return {};
  if (is_failure(result)) {
    PostgresFailure failed = failure_of(result);
    sent.error = failed.error;
    if (failed.fault == PostgresFault::lost) return failure(std::move(failed.error));
    return {};
  }
  if (sent.answered >= sent.commands.size()) return lost();
  const SharedStatement* statement = sent.commands[sent.answered++];
  const int rows = statement == nullptr ? 0 : PQntuples(&result);
  for (int i = 0; i < rows; ++i) {
    const PostgresRow row(result, i);
    ColumnReader columns(row);
    const std::int64_t number = columns.integer();
    if (!statement->take(sent.batch, number, columns)) {
      sent.error = {ErrorCode::internal, "the database answered a lookup that was not sent"};
    }
  }
  return {};
}

Result<void> PipelineSession::finish_oldest(const OnFinished& on_finished) {
  Sent& oldest = in_flight_.front();
  if (auto good = confirm_primary(*handle_); !good) return good;
  const bool is_complete = oldest.error || oldest.answered == oldest.commands.size();
  if (!is_complete) return lost();
  const bool was_preparation = oldest.batch.empty();
  if (was_preparation && oldest.error) return failure(std::move(*oldest.error));
  FinishedBatch finished{std::move(oldest.batch), std::move(oldest.error)};
  in_flight_.pop_front();
  if (!was_preparation) on_finished(std::move(finished));
  return {};
}

std::vector<LookupBatch> PipelineSession::abandon() {
  std::vector<LookupBatch> left;
  for (Sent& sent : in_flight_) {
    if (!sent.batch.empty()) left.push_back(std::move(sent.batch));
  }
  in_flight_.clear();
  return left;
}

tl::unexpected<Error> PipelineSession::lost() const { return failure(failure_of(*handle_).error); }

}  // namespace ptkl::storage
