#include "app/audit/token_counts.h"

#include <utility>

#include "base/hash.h"

namespace ptkl::app {

std::size_t TokenCounts::Hash::operator()(const Key& key) const {
  // Secret ids are random, so the other members would hardly spread the keys further.
  return hash_combine(key.secret, key.source);
}

void TokenCounts::add(Key key, const EventCount& count) {
  Shard& shard = shards_[std::hash<std::string>()(key.secret) % shards_.size()];
  const MutexLock lock(shard.mutex);
  auto found = shard.counts.find(key);
  if (found == shard.counts.end()) {
    std::size_t& sources = shard.sources[key.secret];
    if (sources >= kMaxSources) key.source.clear();
    ++sources;
    found = shard.counts.try_emplace(std::move(key)).first;
  }
  found->second.add(count);
}

TokenCounts::Counts TokenCounts::take() {
  Counts all;
  for (Shard& shard : shards_) {
    Counts taken;
    {
      const MutexLock lock(shard.mutex);
      taken.swap(shard.counts);
      shard.sources.clear();
    }
    all.merge(taken);
  }
  return all;
}

}  // namespace ptkl::app
