// The last use of each client credential, kept in memory so that issuing a token writes nothing to the
// database.
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

/// Collects uses on the hot path and writes them in batches. A use is kept until it is written, so that a
/// failed flush loses none. Thread-safe.
class LastUsed {
 public:
  void record(CredentialUse use);
  /// Writes all collected uses. Errors: those of the store.
  Result<void> flush(Store& store);
  /// Returns the latest use that is not known to be written. A caller that calls find() before it reads
  /// the database misses no use of this process; in the reverse order it could miss one that is written
  /// in between.
  std::optional<CredentialUse> find(const Uuid& project, const CredentialId& credential);

 private:
  struct Key {
    Uuid project;
    CredentialId credential;
    friend bool operator==(const Key&, const Key&) = default;
  };
  /// Credential ids are random, so two projects rarely have the same one.
  struct HashByCredential {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.credential.text());
    }
  };
  struct Shard {
    Mutex mutex;
    std::unordered_map<Key, CredentialUse, HashByCredential> uses PTKL_GUARDED_BY(mutex);
  };
  Shard& shard_of(const Key& key);
  /// Erases the uses that were written, except those of credentials that were used again since.
  void erase_written(std::span<const CredentialUse> written);

  std::array<Shard, 16> shards_;
};

}  // namespace ptkl::app
