// Copies the write-ahead log back into the database file, outside of the request path.
#pragma once

#include <memory>
#include <thread>

#include "base/log.h"
#include "base/mutex.h"
#include "storage/sqlite/connection.h"

namespace ptkl::storage {

/// The number of new pages (of 4 KiB) in the log after which a checkpoint runs.
inline constexpr int kPagesPerCheckpoint = 1000;

/// Has a thread and a connection of its own.
class SqliteCheckpointer {
 public:
  SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, Logger& log);
  /// Ends after the step that is running.
  ~SqliteCheckpointer();

  /// Reports the length of the log, and returns immediately. Only from the writer's thread.
  void log_grew(int pages);

 private:
  void work();
  void step();

  std::unique_ptr<SqliteConnection> connection_;
  Logger& log_;
  int last_pages_ = 0;
  int next_at_ = kPagesPerCheckpoint;
  Mutex mutex_;
  ConditionVariable changed_;
  bool wanted_ PTKL_GUARDED_BY(mutex_) = false;
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ptkl::storage
