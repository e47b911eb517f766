// The readiness check of `/readyz`.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "core/ports/store.h"

namespace ptkl::server {

/// Checks that the store answers lookups and commits changes, and that the disk of a SQLite database accepts
/// writes. Thread-safe.
class Readiness {
 public:
  /// `data` is the folder of the SQLite file; empty: PostgreSQL.
  Readiness(Store& store, const Clock& clock, std::filesystem::path data)
      : store_(store), clock_(clock), data_(std::move(data)) {}

  /// Waits for disk or network. The result is cached for a second, because every client may ask and each check
  /// costs a sync.
  /// Errors: unavailable, with the reason; also when another call has waited for the database for too long.
  Result<void> check();

 private:
  Result<void> probe();

  Store& store_;
  const Clock& clock_;
  std::filesystem::path data_;
  std::timed_mutex mutex_;
  std::optional<Timestamp> probed_at_;
  Result<void> last_;
};

}  // namespace ptkl::server
