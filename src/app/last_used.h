// When each secret was last used, and from where: kept in memory, so that no token costs a write.
#pragma once

#include <array>
#include <functional>
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
  struct Key {
    Uuid project;
    SecretId secret;
    friend bool operator==(const Key&, const Key&) = default;
  };
  /// Secret ids are random, and seldom the same in two projects.
  struct HashBySecret {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.secret.text());
    }
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<Key, SecretUse, HashBySecret> uses;
  };
  std::array<Shard, 16> shards_;
};

}  // namespace ptkl::app
