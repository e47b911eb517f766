// Can the server do its work right now?
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "core/ports/store.h"

namespace ptkl::server {

/// Asks whether the store looks up and takes changes, and the disk under an embedded database takes
/// writes. Any thread.
class Readiness {
 public:
  /// `data` is the folder of the embedded database; empty: the store's database is another program.
  Readiness(Store& store, const Clock& clock, std::filesystem::path data)
      : store_(store), clock_(clock), data_(std::move(data)) {}

  /// Fails with unavailable, saying why; also where another call has waited for the database for too
  /// long already. Waits for disk or network. An answer holds for a second, because
  /// anybody may ask and each answer costs a sync.
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
