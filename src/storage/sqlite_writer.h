// The one thread that writes: transactions that come together share a commit.
#pragma once

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "storage/sqlite_checkpointer.h"
#include "storage/sqlite_connection.h"

namespace ptkl::storage {

/// The length in pages from which the writer copies the rest of the log itself, between two commits.
/// While transactions keep coming, a checkpoint beside them never quite catches up, and only a log that
/// is copied whole starts again from its beginning.
inline constexpr int kLongLog = 4 * kPagesPerCheckpoint;

/// What has queued up while a commit was on its way to the disk runs in the next transaction: each
/// body within a savepoint, so that one that fails is undone alone; one commit, one sync; then
/// every caller gets its answer. The queue holds one entry for each waiting thread and needs no
/// other bound.
class SqliteWriter {
 public:
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, SqliteCheckpointer& checkpointer,
               Logger& log);
  /// Finishes what is queued.
  ~SqliteWriter();

  /// As SqlDatabase::transact().
  Result<void> transact(const SqlDatabase::Body& body);

  /// How many callers wait for the transaction after the one that runs.
  std::size_t queued() const;

 private:
  struct Waiting {
    const SqlDatabase::Body& body;
    Result<void> result;
    std::promise<void> done;
  };
  using Batch = std::vector<Waiting*>;

  void work();
  void run_batch(const Batch& batch);
  /// Fails when nothing of `batch` may be committed.
  Result<void> run_bodies(const Batch& batch);
  /// The same, for one body of several.
  Result<void> run_in_savepoint(Waiting& waiting);
  void tend_log();

  std::unique_ptr<SqliteConnection> connection_;
  SqliteCheckpointer& checkpointer_;
  Logger& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Batch queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ptkl::storage
