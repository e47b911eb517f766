// When each secret was last used, and from where: kept in memory, so that no token costs a write.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "base/mutex.h"
#include "core/ports/store.h"

namespace ptkl::app {

/// record() is for the hot path; flush() writes what has come together since the last flush, in
/// batches. All may be called from any thread. A use stays here until it is written, so that a flush
/// that fails loses none.
class LastUsed {
 public:
  void record(CredentialUse use);
  /// Fails with what the store says.
  Result<void> flush(Store& store);
  /// The latest use that is not known to be written yet. Whoever asks here first, and then the
  /// database, misses no use of this process; the other way round, one may be on its way between.
  std::optional<CredentialUse> find(const Uuid& project, const CredentialId& secret);

 private:
  struct Key {
    Uuid project;
    CredentialId secret;
    friend bool operator==(const Key&, const Key&) = default;
  };
  /// Secret ids are random, and seldom the same in two projects.
  struct HashBySecret {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.secret.text());
    }
  };
  struct Shard {
    Mutex mutex;
    std::unordered_map<Key, CredentialUse, HashBySecret> uses PTKL_GUARDED_BY(mutex);
  };
  Shard& shard_of(const Key& key);
  /// But for those that were used again meanwhile.
  void forget(std::span<const CredentialUse> written);

  std::array<Shard, 16> shards_;
};

}  // namespace ptkl::app
