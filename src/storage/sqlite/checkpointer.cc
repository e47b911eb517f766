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

void SqliteCheckpointer::log_grew(int pages) {
  // A shorter log has started again.
  if (pages < last_pages_) next_at_ = kPagesPerCheckpoint;
  last_pages_ = pages;
  if (pages < next_at_) return;
  next_at_ = pages + kPagesPerCheckpoint;
  {
    const MutexLock lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_one();
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
}

}  // namespace ptkl::storage
