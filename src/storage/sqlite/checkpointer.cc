#include "storage/sqlite/checkpointer.h"

namespace ptkl::storage {

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, Logger& log)
    : connection_(std::move(connection)), log_(log), thread_([this] { work(); }) {}

SqliteCheckpointer::~SqliteCheckpointer() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool SqliteCheckpointer::log_grew(int pages) {
  const MutexLock lock(mutex_);
  if (pages < pages_) {
    // A shorter log has started again.
    next_at_ = kPagesPerCheckpoint;
    copied_ = 0;
    is_blocked_ = false;
    was_blocked_ = false;
    rest_after_step_ = 0;
    falls_behind_ = false;
  }
  pages_ = pages;
  if (pages >= next_at_ && !falls_behind_) {
    next_at_ = pages + (is_blocked_ ? kPagesPerBlockedCheckpoint : kPagesPerCheckpoint);
    wanted_ = true;
    changed_.notify_one();
  }
  const bool leaves_rest = was_blocked_ && !falls_behind_ && pages - copied_ > kMaxPagesOfWriter;
  return pages >= kLongLog && !leaves_rest;
}

void SqliteCheckpointer::work() {
  MutexLock lock(mutex_);
  while (true) {
    while (!wanted_ && !stopping_) changed_.wait(lock);
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    step();
    lock.lock();
  }
}

void SqliteCheckpointer::step() {
  auto state = connection_->checkpoint();
  if (!state) {
    log_.error("SQLite checkpoint failed", {{"error", state.error().message}});
    return;
  }
  log_.debug("SQLite checkpoint", {{"log_pages", std::int64_t{state->pages}},
                                   {"copied_pages", std::int64_t{state->copied}}});
  const MutexLock lock(mutex_);
  const auto rest = note(*state);
  if (!rest) return;
  falls_behind_ = rest_after_step_ > 0 && *rest >= rest_after_step_;
  rest_after_step_ = *rest;
  if (was_blocked_ && !falls_behind_ && *rest > kMaxPagesOfWriter) wanted_ = true;
}

void SqliteCheckpointer::writer_copied(const WalState& state) {
  const MutexLock lock(mutex_);
  static_cast<void>(note(state));
}

std::optional<int> SqliteCheckpointer::note(const WalState& state) {
  if (state.pages < 0 || state.copied > pages_) return std::nullopt;
  copied_ = state.copied;
  is_blocked_ = state.copied < state.pages;
  if (!is_blocked_) return pages_ - copied_;
  was_blocked_ = true;
  falls_behind_ = false;
  return std::nullopt;
}

}  // namespace ptkl::storage
