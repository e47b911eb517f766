#include "server/monitoring/readiness.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

#include "app/projects/projects.h"
#include "server/database/data_folder.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::seconds kAnswerHolds{1};

/// SQLite would continue to write to a file that was deleted, and everything in it would be lost with the
/// process.
Result<void> check_database_file(const std::filesystem::path& data) {
  std::error_code error;
  if (std::filesystem::exists(database_file(data), error)) return {};
  return failure(ErrorCode::unavailable, "the database file does not exist");
}

/// Looks up a key as for a token. Lookups may use other sessions than changes, so that a successful change does
/// not prove that they work.
Result<void> check_lookups(Store& store) {
  const auto project = ProjectName::parse("readiness");
  if (!project) return failed(project);
  const auto key = store.find_verification_key(*project, "");
  if (!key) return failed(key);
  return {};
}

/// Writes a row, because a commit that writes nothing would not wait for disk or standby.
Result<void> check_store(Store& store) {
  auto done = check_lookups(store);
  if (done) done = app::probe_write(store);
  if (!done) return failure(ErrorCode::unavailable, std::move(done.error().message));
  return {};
}

/// The error does not name hosts and users, because every client can read it; the log has them.
Result<void> check_shared_store(Store& store) {
  if (check_store(store)) return {};
  return failure(ErrorCode::unavailable, "the database does not answer or rejects writes");
}

/// Writes to a file that it has already unlinked, so that nothing is left behind.
Result<void> check_disk(const std::filesystem::path& data) {
  std::string name = (data / ".readyz-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  int error = file < 0 ? errno : 0;
  if (file >= 0) {
    ::unlink(name.c_str());
    constexpr std::array<char, 65'536> kBlock{};
    const ssize_t written = ::write(file, kBlock.data(), kBlock.size());
    if (written < 0) error = errno;
    if (written >= 0 && written < static_cast<ssize_t>(kBlock.size())) error = ENOSPC;
    if (error == 0 && ::fsync(file) != 0) error = errno;
    ::close(file);
  }
  if (error == 0) return {};
  return failure(ErrorCode::unavailable,
                 std::string("cannot write to the data folder: ") + std::strerror(error));
}

}  // namespace

Readiness::Readiness(Store& store, const Clock& clock, std::filesystem::path data,
                     std::chrono::milliseconds timeout)
    : store_(store), clock_(clock), data_(std::move(data)), timeout_(timeout), thread_([this] {
        work();
      }) {}

Readiness::~Readiness() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> Readiness::check() {
  MutexLock lock(mutex_);
  if (begun_ == ended_) {
    const Timestamp now = clock_.now();
    if (is_fresh(now)) return last_;
    begin_probe(now);
  }
  const std::uint64_t awaited = begun_;
  const SteadyTime deadline = deadline_;
  while (ended_ < awaited) {
    if (!changed_.wait_until(lock, deadline) && ended_ < awaited) {
      return failure(ErrorCode::unavailable, "the database does not answer");
    }
  }
  return last_;
}

bool Readiness::is_fresh(Timestamp now) const {
  return begun_at_ && now >= *begun_at_ && now - *begun_at_ < kAnswerHolds;
}

void Readiness::begin_probe(Timestamp now) {
  ++begun_;
  begun_at_ = now;
  deadline_ = std::chrono::steady_clock::now() + timeout_;
  changed_.notify_all();
}

void Readiness::work() {
  MutexLock lock(mutex_);
  while (true) {
    while (!stopping_ && begun_ == ended_) changed_.wait(lock);
    if (stopping_) return;
    lock.unlock();
    Result<void> result = probe();
    lock.lock();
    last_ = std::move(result);
    ended_ = begun_;
    changed_.notify_all();
  }
}

Result<void> Readiness::probe() {
  // An exception would end the server from this thread.
  try {
    if (data_.empty()) return check_shared_store(store_);
    if (auto exists = check_database_file(data_); !exists) return exists;
    if (auto writable = check_disk(data_); !writable) return writable;
    return check_store(store_);
  } catch (const std::exception& error) {
    return failure(ErrorCode::unavailable, error.what());
  }
}

}  // namespace ptkl::server
