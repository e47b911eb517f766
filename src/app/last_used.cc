#include "app/last_used.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace ptkl::app {
namespace {

/// Small enough that other writers do not have to wait long.
constexpr std::size_t kUsesPerTransaction = 500;

}  // namespace

void LastUsed::record(SecretUse use) {
  Key key{use.project, use.secret};
  Shard& shard = shards_[HashBySecret()(key) % shards_.size()];
  const std::lock_guard lock(shard.mutex);
  const auto [entry, added] = shard.uses.try_emplace(std::move(key), use);
  if (!added && entry->second.at <= use.at) entry->second = std::move(use);
}

Result<void> LastUsed::flush(Store& store) {
  std::vector<SecretUse> uses;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (auto& [key, use] : shard.uses) uses.push_back(std::move(use));
    shard.uses.clear();
  }
  std::span<const SecretUse> left = uses;
  while (!left.empty()) {
    const auto batch = left.first(std::min(left.size(), kUsesPerTransaction));
    auto done = store.transact(
        [&](Transaction& transaction) { return transaction.secrets().record_uses(batch); });
    if (!done) {
      // What was used again meanwhile stays: record() keeps the later use.
      for (const SecretUse& use : left) record(use);
      return done;
    }
    left = left.subspan(batch.size());
  }
  return {};
}

}  // namespace ptkl::app
