// Copies the write-ahead log back into the database file, beside the request path.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "storage/sqlite_connection.h"

namespace ptkl::storage {

/// How many new pages (of 4 KiB) of the log are worth a checkpoint.
inline constexpr int kPagesPerCheckpoint = 1000;
/// From this length on the writer helps, so that the log can start again from its beginning.
inline constexpr int kLongLog = 4 * kPagesPerCheckpoint;

/// Has a thread and a connection of its own. While transactions keep coming, a checkpoint never
/// quite catches up with the log, which then only grows. So once the log is long, the writer copies
/// the little that is left itself, between two commits.
class SqliteCheckpointer {
 public:
  SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, Logger& log);
  /// Ends after the step that is running.
  ~SqliteCheckpointer();

  /// The log has `pages` pages now. Returns at once. Only from the writer's thread.
  void log_grew(int pages);

  /// True once after a checkpoint that left a rest of a long log.
  bool take_rest_wanted() { return rest_wanted_.exchange(false); }

 private:
  void work();
  void step();

  std::unique_ptr<SqliteConnection> connection_;
  Logger& log_;
  int last_pages_ = 0;
  int next_at_ = kPagesPerCheckpoint;
  std::atomic<bool> rest_wanted_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ptkl::storage
