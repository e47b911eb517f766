// Copies the write-ahead log back into the database file, outside of the request path.
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/mutex.h"
#include "storage/sqlite/connection.h"

namespace ptkl::storage {

/// The number of new pages (of 4 KiB) in the log after which a checkpoint runs.
inline constexpr int kPagesPerCheckpoint = 1000;

/// The same while a reader of an older snapshot prevents that the whole log is copied. Such a checkpoint costs
/// little, and finds out soon that the reader has ended.
inline constexpr int kPagesPerBlockedCheckpoint = kPagesPerCheckpoint / 10;

/// The length in pages from which the writer copies the rest of the log itself, between two commits. Under
/// continuous load a concurrent checkpoint never copies the whole log, which has to be copied before it can
/// start again from its beginning.
inline constexpr int kLongLog = 4 * kPagesPerCheckpoint;

/// The most pages that the writer copies itself of a log that a reader has made long, because all changes wait
/// meanwhile. A backup may leave far more: those are copied concurrently first.
inline constexpr int kMaxPagesOfWriter = 2 * kPagesPerCheckpoint;

/// Has a thread and a connection of its own. From one start of the log to the next, there are up to three phases:
/// - Normally, the thread copies after each kPagesPerCheckpoint pages, and the writer copies the rest of a long log.
/// - While a reader blocks (is_blocked_), the thread tries it more often.
/// - When the reader has ended (was_blocked_), the thread copies until at most kMaxPagesOfWriter pages are left, and the
///   writer copies these. If the log grows faster (falls_behind_), the writer copies all of it.
class SqliteCheckpointer {
 public:
  SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, Logger& log);
  /// Ends after the step that is running.
  ~SqliteCheckpointer();

  /// Reports the length of the log, and returns immediately. Returns whether the writer has to copy the rest of
  /// the log itself: the log is long, and not because of a reader whose rest this thread can copy. Only from the
  /// writer's thread.
  bool log_grew(int pages);
  /// Reports what the writer has copied.
  void writer_copied(const WalState& state);

 private:
  void work();
  void step();
  /// Returns how many pages are left to copy; absent when a reader of an older snapshot prevents that, and when
  /// the log has started again since.
  std::optional<int> note(const WalState& state) PTKL_REQUIRES(mutex_);

  std::unique_ptr<SqliteConnection> connection_;
  Logger& log_;
  Mutex mutex_;
  ConditionVariable changed_;
  int pages_ PTKL_GUARDED_BY(mutex_) = 0;   ///< as the writer has reported last
  int copied_ PTKL_GUARDED_BY(mutex_) = 0;  ///< of these, by the last step
  int next_at_ PTKL_GUARDED_BY(mutex_) = kPagesPerCheckpoint;
  bool is_blocked_ PTKL_GUARDED_BY(mutex_) = false;   ///< by a reader of an older snapshot
  bool was_blocked_ PTKL_GUARDED_BY(mutex_) = false;  ///< since the log has started again
  int rest_after_step_ PTKL_GUARDED_BY(mutex_) = 0;
  /// The writer adds pages faster than this thread copies them. Until the log starts again, only the writer copies:
  /// two checkpoints cannot run at the same time.
  bool falls_behind_ PTKL_GUARDED_BY(mutex_) = false;
  bool wanted_ PTKL_GUARDED_BY(mutex_) = false;
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace ptkl::storage
