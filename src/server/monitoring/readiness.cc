#include "server/monitoring/readiness.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

#include "app/projects/projects.h"
#include "server/database/data_folder.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::seconds kAnswerHolds{1};
// Shorter than the timeout of load balancers.
constexpr std::chrono::milliseconds kProbeTimeout{1'500};

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

Result<void> Readiness::check() {
  const std::unique_lock lock(mutex_, kProbeTimeout);
  // Another probe is waiting for the database; more of them would occupy all workers.
  if (!lock) return failure(ErrorCode::unavailable, "the database does not answer");
  const Timestamp now = clock_.now();
  if (probed_at_ && now >= *probed_at_ && now - *probed_at_ < kAnswerHolds) return last_;
  last_ = probe();
  probed_at_ = now;
  return last_;
}

Result<void> Readiness::probe() {
  if (data_.empty()) return check_shared_store(store_);
  if (auto exists = check_database_file(data_); !exists) return exists;
  if (auto writable = check_disk(data_); !writable) return writable;
  return check_store(store_);
}

}  // namespace ptkl::server
