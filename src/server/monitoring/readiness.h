// The readiness check of `/readyz`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "core/ports/store.h"

namespace ptkl::server {

/// Checks that the store answers lookups and commits changes, and that the disk of a SQLite database accepts
/// writes. Its own thread does so, on demand. Thread-safe.
class Readiness {
 public:
  /// Shorter than the timeout of load balancers.
  static constexpr std::chrono::milliseconds kTimeout{1'500};

  /// `data` is the folder of the SQLite file; empty: PostgreSQL.
  Readiness(Store& store, const Clock& clock, std::filesystem::path data,
            std::chrono::milliseconds timeout = kTimeout);
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  /// Waits for a probe that runs. Requires: no call of check() is running.
  ~Readiness();

  /// Returns the result of a probe that began within the last second, or else that of the next one. All callers
  /// share one probe, because every client may ask and each probe costs a sync. Returns at the latest when
  /// `timeout` has passed since the probe began, so immediately while a probe takes longer.
  /// Errors: unavailable, with the reason.
  Result<void> check();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  bool is_fresh(Timestamp now) const PTKL_REQUIRES(mutex_);
  void begin_probe(Timestamp now) PTKL_REQUIRES(mutex_);
  void work();
  Result<void> probe();

  Store& store_;
  const Clock& clock_;
  const std::filesystem::path data_;
  const std::chrono::milliseconds timeout_;

  Mutex mutex_;
  ConditionVariable changed_;
  // The number of probes that were begun and ended; they differ while one is running.
  std::uint64_t begun_ PTKL_GUARDED_BY(mutex_) = 0;
  std::uint64_t ended_ PTKL_GUARDED_BY(mutex_) = 0;
  std::optional<Timestamp> begun_at_ PTKL_GUARDED_BY(mutex_);
  SteadyTime deadline_ PTKL_GUARDED_BY(mutex_);
  Result<void> last_ PTKL_GUARDED_BY(mutex_);
  bool stopping_ PTKL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace ptkl::server
