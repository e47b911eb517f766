#include "app/tokens/last_used.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace ptkl::app {
namespace {

/// Small enough that other writers do not have to wait long.
constexpr std::size_t kUsesPerTransaction = 500;

/// The order in which every server writes, so that two servers that write the same credentials cannot deadlock.
bool is_written_before(const CredentialUse& left, const CredentialUse& right) {
  return std::tie(left.project, left.credential.text()) <
         std::tie(right.project, right.credential.text());
}

}  // namespace

void LastUsed::record(CredentialUse use) {
  Key key{use.project, use.credential};
  Shard& shard = shard_of(key);
  const MutexLock lock(shard.mutex);
  const auto [entry, added] = shard.uses.try_emplace(std::move(key), use);
  if (!added && entry->second.at <= use.at) entry->second = std::move(use);
}

Result<void> LastUsed::flush(Store& store) {
  std::vector<CredentialUse> uses;
  for (Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    for (const auto& [key, use] : shard.uses) uses.push_back(use);
  }
  std::sort(uses.begin(), uses.end(), is_written_before);
  std::span<const CredentialUse> remaining = uses;
  while (!remaining.empty()) {
    const auto batch = remaining.first(std::min(remaining.size(), kUsesPerTransaction));
    auto done = store.transact_in_background([&](Transaction& transaction) {
      return transaction.client_credentials().record_uses(batch);
    });
    if (!done) return done;
    erase_written(batch);
    remaining = remaining.subspan(batch.size());
  }
  return {};
}

std::optional<CredentialUse> LastUsed::find(const Uuid& project, const CredentialId& credential) {
  const Key key{project, credential};
  Shard& shard = shard_of(key);
  const MutexLock lock(shard.mutex);
  const auto entry = shard.uses.find(key);
  if (entry == shard.uses.end()) return std::nullopt;
  return entry->second;
}

LastUsed::Shard& LastUsed::shard_of(const Key& key) {
  return shards_[HashByCredential()(key) % shards_.size()];
}

void LastUsed::erase_written(std::span<const CredentialUse> written) {
  for (const CredentialUse& use : written) {
    const Key key{use.project, use.credential};
    Shard& shard = shard_of(key);
    const MutexLock lock(shard.mutex);
    const auto entry = shard.uses.find(key);
    if (entry != shard.uses.end() && entry->second.at <= use.at) shard.uses.erase(entry);
  }
}

}  // namespace ptkl::app
