// When each secret was last used, and from where: kept in memory, so that no token costs a write.
#pragma once

#include <array>
#include <mutex>
#include <string>
#include <unordered_map>

#include "core/store.h"

namespace ptkl::app {

/// record() is for the hot path; flush() writes what has come together since the last flush, in
/// batches. Both may be called from any thread. A flush that fails keeps what it could not write.
class LastUsed {
 public:
  void record(SecretUse use);
  /// Fails with what the store says.
  Result<void> flush(Store& store);

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, SecretUse> uses;  // by project and secret id
  };
  std::array<Shard, 16> shards_;
};

}  // namespace ptkl::app
