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
// Less than load balancers wait.
constexpr std::chrono::milliseconds kProbeTimeout{1'500};

/// SQLite would go on writing to a file that has lost its name, and all of it would be gone with
/// the process.
Result<void> check_database_file(const std::filesystem::path& data) {
  std::error_code error;
  if (std::filesystem::exists(database_file(data), error)) return {};
  return failure(ErrorCode::unavailable, "the database file is gone");
}

/// What a token that names no key would ask. Such lookups may have sessions of their own, so that a change
/// that comes through says nothing of them.
Result<void> check_lookups(Store& store) {
  const auto nobody = ProjectName::parse("readiness");
  if (!nobody) return failure(nobody.error());
  const auto key = store.find_verification_key(*nobody, "");
  if (!key) return failure(key.error());
  return {};
}

/// A commit that writes nothing is kept nowhere and waits for no standby, and so would not tell whether
/// those that do come through.
Result<void> check_store(Store& store) {
  auto done = check_lookups(store);
  if (done) done = app::probe_write(store);
  if (!done) return failure(ErrorCode::unavailable, std::move(done.error().message));
  return {};
}

/// Without the names of hosts and users, which are nobody else's concern; the log has them.
Result<void> check_shared_store(Store& store) {
  if (check_store(store)) return {};
  return failure(ErrorCode::unavailable, "the database does not answer or takes no writes");
}

/// Writes a file that has no name any more, so that nothing is left behind.
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
                 std::string("the data folder takes no writes: ") + std::strerror(error));
}

}  // namespace

Result<void> Readiness::check() {
  const std::unique_lock lock(mutex_, kProbeTimeout);
  // Somebody else has been asking for a while; who asks meanwhile shall not take all workers.
  if (!lock) return failure(ErrorCode::unavailable, "the database does not answer");
  const Timestamp now = clock_.now();
  if (probed_at_ && now >= *probed_at_ && now - *probed_at_ < kAnswerHolds) return last_;
  last_ = probe();
  probed_at_ = now;
  return last_;
}

Result<void> Readiness::probe() {
  if (data_.empty()) return check_shared_store(store_);
  if (auto good = check_database_file(data_); !good) return good;
  if (auto good = check_disk(data_); !good) return good;
  return check_store(store_);
}

}  // namespace ptkl::server
