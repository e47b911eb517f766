#include "storage/sqlite/writer.h"

#include <utility>

#include "storage/sql/call_body.h"

namespace ptkl::storage {
namespace {

// Takes the write lock immediately, so that no statement of a body can find the database busy.
constexpr SqlStatement kBeginImmediate{"BEGIN IMMEDIATE"};
constexpr SqlStatement kRollback{"ROLLBACK"};
constexpr SqlStatement kSavepoint{"SAVEPOINT body"};
constexpr SqlStatement kRelease{"RELEASE body"};
constexpr SqlStatement kRollbackTo{"ROLLBACK TO body"};

/// The connection that a body in a savepoint gets. Once kMaxSharedWrites statements have changed
/// something, every further statement fails.
class SavepointConnection final : public SqlConnection {
 public:
  explicit SavepointConnection(SqlConnection& connection) : connection_(connection) {}

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override {
    if (auto open = check_length(); !open) return failed(open);
    auto changed = connection_.run(statement, parameters, on_row);
    if (changed && *changed > 0) ++writes_;
    return changed;
  }

  Result<void> run_script(const std::string& script) override {
    if (auto open = check_length(); !open) return open;
    ++writes_;
    return connection_.run_script(script);
  }

  /// Whether a statement failed because of that limit.
  bool was_too_long() const { return was_too_long_; }

 private:
  Result<void> check_length() {
    if (writes_ < kMaxSharedWrites) return {};
    was_too_long_ = true;
    return failure(ErrorCode::internal, "the transaction is too long to share a commit");
  }

  SqlConnection& connection_;
  int writes_ = 0;
  bool was_too_long_ = false;
};

}  // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection,
                           SqliteCheckpointer& checkpointer, Logger& log)
    : connection_(std::move(connection)),
      checkpointer_(checkpointer),
      log_(log),
      thread_([this] { work(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Result<void> SqliteWriter::transact(const SqlDatabase::Body& body) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    return failure(ErrorCode::internal, "nested transaction");
  }
  Waiting waiting{body, {}, {}};
  std::future<void> done = waiting.done.get_future();
  {
    const MutexLock lock(mutex_);
    if (stopping_) return failure(ErrorCode::unavailable, "the database is being closed");
    queue_.push_back(&waiting);
    // Under the lock, because the writer may be destroyed as soon as its queue is empty.
    changed_.notify_one();
  }
  done.wait();
  return std::move(waiting.result);
}

std::size_t SqliteWriter::queued() const {
  const MutexLock lock(mutex_);
  return queue_.size();
}

void SqliteWriter::work() {
  Batch batch;
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!stopping_ && queue_.empty()) changed_.wait(lock);
      if (queue_.empty()) return;
      batch = std::exchange(queue_, {});
    }
    for (Waiting* deferred : run_batch(batch)) {
      // Before its transaction begins, so that a caller for whom that fails gets an answer, too.
      deferred->needs_own_transaction = false;
      run_batch({deferred});
    }
  }
}

SqliteWriter::Batch SqliteWriter::run_batch(const Batch& batch) {
  connection_->take_failure();
  Result<void> done = connection_->run(kBeginImmediate);
  if (done) done = batch.size() == 1 ? run_alone(*batch.front()) : run_together(batch);
  if (!done) {
    if (connection_->in_transaction()) static_cast<void>(connection_->run(kRollback));
    log_.error("write batch rolled back",
               {{"transactions", static_cast<std::int64_t>(batch.size())},
                {"error", done.error().message}});
  }
  Batch deferred;
  for (Waiting* waiting : batch) {
    if (waiting->needs_own_transaction) {
      deferred.push_back(waiting);
      continue;
    }
    // A body's own error does not count either: it may depend on another body, which is undone now.
    if (!done) waiting->result = failed(done);
    // The last access: afterwards the caller may destroy `waiting`.
    std::promise<void> answer = std::move(waiting->done);
    answer.set_value();
  }
  checkpoint_long_log();
  return deferred;
}

Result<void> SqliteWriter::run_alone(Waiting& only) {
  // Without a savepoint: see kMaxSharedWrites.
  if (auto open = run_body(only, *connection_); !open) return open;
  return connection_->run(only.result ? kCommit : kRollback);
}

Result<void> SqliteWriter::run_together(const Batch& batch) {
  for (Waiting* waiting : batch) {
    if (auto open = run_in_savepoint(*waiting); !open) return open;
  }
  return connection_->run(kCommit);
}

Result<void> SqliteWriter::run_in_savepoint(Waiting& waiting) {
  if (auto saved = connection_->run(kSavepoint); !saved) return saved;
  SavepointConnection savepoint(*connection_);
  if (auto open = run_body(waiting, savepoint); !open) return open;
  waiting.needs_own_transaction = savepoint.was_too_long();
  const bool keep = waiting.result && !waiting.needs_own_transaction;
  // A body that cannot be undone alone must not be committed with the others.
  auto undone = keep ? Result<void>() : connection_->run(kRollbackTo);
  return undone ? connection_->run(kRelease) : undone;
}

Result<void> SqliteWriter::run_body(Waiting& waiting, SqlConnection& connection) {
  waiting.result = call_body(waiting.body, connection, log_);
  if (auto failed = connection_->take_failure(); failed && waiting.result) {
    waiting.result = failure(std::move(*failed));
  }
  if (connection_->in_transaction()) return {};
  // SQLite has undone the other bodies as well.
  const std::string why = waiting.result ? "" : ": " + waiting.result.error().message;
  return failure(ErrorCode::unavailable, "SQLite rolled back the whole batch" + why);
}

void SqliteWriter::checkpoint_long_log() {
  if (!checkpointer_.log_grew(connection_->wal_pages())) return;
  auto copied = connection_->checkpoint();
  if (!copied) {
    log_.error("SQLite checkpoint failed", {{"error", copied.error().message}});
    return;
  }
  checkpointer_.writer_copied(*copied);
}

}  // namespace ptkl::storage
