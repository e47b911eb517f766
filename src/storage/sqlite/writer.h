// The only thread that writes: concurrent transactions share a commit.
#pragma once

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/connection.h"

namespace ptkl::storage {

/// How many writing statements a body may run in a savepoint, together with other bodies. While a savepoint is
/// open, SQLite walks a list of all pages changed in it at the end of nearly every such statement: the time of
/// a long body would grow with the square of its length. Up to this limit the walks take about a tenth of the
/// time. The transactions of background tasks stay below it.
inline constexpr int kMaxSharedWrites = 4000;

/// The bodies that were queued during a commit run in the next transaction, each within a savepoint, so that
/// one that fails is undone alone; one commit, one sync; then every caller gets its answer. A body that
/// exceeds kMaxSharedWrites is rolled back, and runs again after the others in a transaction of its own. The
/// queue holds one entry for each waiting thread and needs no other bound.
class SqliteWriter {
 public:
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, SqliteCheckpointer& checkpointer,
               Logger& log);
  /// Finishes what is queued.
  ~SqliteWriter();

  /// See SqlDatabase::transact().
  Result<void> transact(const SqlDatabase::Body& body);

  /// How many callers wait for the next transaction.
  std::size_t queued() const;

 private:
  struct Waiting {
    const SqlDatabase::Body& body;
    Result<void> result;
    std::promise<void> done;
    bool needs_own_transaction = false;
  };
  using Batch = std::vector<Waiting*>;

  void work();
  /// Answers all callers except those whose bodies need a transaction of their own; returns these.
  Batch run_batch(const Batch& batch);
  // An error means that nothing of the transaction may be committed; otherwise the bodies have their results.
  Result<void> run_alone(Waiting& only);
  Result<void> run_together(const Batch& batch);
  Result<void> run_in_savepoint(Waiting& waiting);
  Result<void> run_body(Waiting& waiting, SqlConnection& connection);
  void checkpoint_long_log();

  std::unique_ptr<SqliteConnection> connection_;
  SqliteCheckpointer& checkpointer_;
  Logger& log_;
  mutable Mutex mutex_;
  ConditionVariable changed_;
  Batch queue_ PTKL_GUARDED_BY(mutex_);
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ptkl::storage
