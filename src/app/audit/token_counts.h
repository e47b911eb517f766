// Counts of issued and revoked tokens, by secret and source.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/audit/event_count.h"
#include "base/mutex.h"
#include "base/uuid.h"

namespace ptkl::app {

/// Thread-safe.
class TokenCounts {
 public:
  /// The maximum number of sources per secret. Tokens from further sources are counted without a source.
  static constexpr std::size_t kMaxSources = 16;

  struct Key {
    std::string_view action;  ///< one of audit_actions
    Uuid project;
    Uuid api_user;
    std::string secret;
    std::string source;

    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  using Counts = std::unordered_map<Key, EventCount, Hash>;

  void add(Key key, const EventCount& count);
  /// Returns all counts and starts from zero.
  Counts take();

 private:
  /// Holds all counts of a secret.
  struct Shard {
    Mutex mutex;
    Counts counts PTKL_GUARDED_BY(mutex);
    std::map<std::string, std::size_t> sources PTKL_GUARDED_BY(mutex);  ///< how many, by secret
  };

  std::array<Shard, 16> shards_;
};

}  // namespace ptkl::app
