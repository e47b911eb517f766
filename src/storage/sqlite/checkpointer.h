// Copies the write-ahead log back into the database file, beside the request path.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "storage/sqlite/connection.h"

namespace ptkl::storage {

/// How many new pages (of 4 KiB) of the log are worth a checkpoint.
inline constexpr int kPagesPerCheckpoint = 1000;

/// Has a thread and a connection of its own.
class SqliteCheckpointer {
 public:
  SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, Logger& log);
  /// Ends after the step that is running.
  ~SqliteCheckpointer();

  /// The log has `pages` pages now. Returns at once. Only from the writer's thread.
  void log_grew(int pages);

 private:
  void work();
  void step();

  std::unique_ptr<SqliteConnection> connection_;
  Logger& log_;
  int last_pages_ = 0;
  int next_at_ = kPagesPerCheckpoint;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ptkl::storage
