#include "storage/sqlite/readers.h"

#include "storage/sql/call_body.h"

namespace ptkl::storage {

Result<void> SqliteReaders::read(const SqlDatabase::Body& body) {
  auto connection = take();
  if (!connection) return failed(connection);
  // Deferred: the first statement takes the snapshot.
  auto begun = (*connection)->run(kBegin);
  if (!begun) return begun;
  Result<void> result = call_body(body, **connection, log_);
  // COMMIT also ends the snapshot of a body that failed. A connection on which it fails is closed.
  if ((*connection)->run(kCommit)) release(std::move(*connection));
  return result;
}

Result<std::unique_ptr<SqliteConnection>> SqliteReaders::take() {
  {
    const MutexLock lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return SqliteConnection::open(file_, SqliteConnection::Access::read_only);
}

void SqliteReaders::release(std::unique_ptr<SqliteConnection> connection) {
  const MutexLock lock(mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace ptkl::storage
