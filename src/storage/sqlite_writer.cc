#include "storage/sqlite_writer.h"

#include <utility>

#include "storage/call_body.h"

namespace ptkl::storage {
namespace {

// Immediate: the write lock is taken at once, so that no statement of a body can meet a busy
// database.
constexpr SqlStatement kBeginImmediate{"BEGIN IMMEDIATE"};
constexpr SqlStatement kRollback{"ROLLBACK"};
constexpr SqlStatement kSavepoint{"SAVEPOINT body"};
constexpr SqlStatement kRelease{"RELEASE body"};
constexpr SqlStatement kRollbackTo{"ROLLBACK TO body"};

}  // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection,
                           SqliteCheckpointer& checkpointer, Logger& log)
    : connection_(std::move(connection)),
      checkpointer_(checkpointer),
      log_(log),
      thread_([this] { work(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Result<void> SqliteWriter::transact(const SqlDatabase::Body& body) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    return failure(ErrorCode::internal, "a transaction within a transaction");
  }
  Waiting waiting{body, {}, {}};
  std::future<void> done = waiting.done.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return failure(ErrorCode::unavailable, "the database is being closed");
    queue_.push_back(&waiting);
    // Under the lock, because it is the last that this thread does with an object which may be on its
    // way out.
    changed_.notify_one();
  }
  done.wait();
  return std::move(waiting.result);
}

std::size_t SqliteWriter::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void SqliteWriter::work() {
  Batch batch;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      batch = std::exchange(queue_, {});
    }
    run_batch(batch);
    tend_log();
  }
}

void SqliteWriter::run_batch(const Batch& batch) {
  connection_->take_failure();
  Result<void> done = connection_->run(kBeginImmediate);
  if (done) done = run_bodies(batch);
  if (done) done = connection_->run(kCommit);
  if (!done) {
    if (connection_->in_transaction()) static_cast<void>(connection_->run(kRollback));
    log_.error("nothing was stored", {{"transactions", static_cast<std::int64_t>(batch.size())},
                                      {"error", done.error().message}});
  }
  for (Waiting* waiting : batch) {
    // A body's own refusal does not count either: it may rest on a neighbour that is undone now.
    if (!done) waiting->result = failure(done.error());
    // The last touch: the caller's stack may be gone after it.
    std::promise<void> answer = std::move(waiting->done);
    answer.set_value();
  }
}

Result<void> SqliteWriter::run_bodies(const Batch& batch) {
  for (Waiting* waiting : batch) {
    auto kept_apart = run_in_savepoint(*waiting);
    if (!kept_apart) return kept_apart;
  }
  return {};
}

Result<void> SqliteWriter::run_in_savepoint(Waiting& waiting) {
  auto saved = connection_->run(kSavepoint);
  if (!saved) return saved;
  waiting.result = call_body(waiting.body, *connection_, log_);
  if (auto failed = connection_->take_failure(); failed && waiting.result) {
    waiting.result = failure(std::move(*failed));
  }
  if (!connection_->in_transaction()) {
    // SQLite has undone the neighbours as well.
    const std::string why = waiting.result ? "" : ": " + waiting.result.error().message;
    return failure(ErrorCode::unavailable, "the database gave the transaction up" + why);
  }
  // A body that cannot be undone alone must not be committed with its neighbours.
  auto undone = waiting.result ? Result<void>() : connection_->run(kRollbackTo);
  return undone ? connection_->run(kRelease) : undone;
}

void SqliteWriter::tend_log() {
  checkpointer_.log_grew(connection_->wal_pages());
  if (connection_->wal_pages() < kLongLog) return;
  auto copied = connection_->checkpoint();
  if (!copied) log_.error("checkpoint failed", {{"error", copied.error().message}});
}

}  // namespace ptkl::storage
