// A map of bounded size whose entries expire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include <boost/multi_index/composite_key.hpp>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index_container.hpp>

#include "base/timestamp.h"

namespace ptkl::app {

/// How long an entry is kept.
struct Retention {
  Timestamp expires_at;
  std::uint32_t priority = 0;  ///< a full map keeps the highest
};

/// When the map is full, a new entry replaces the one with the lowest priority, and among equals the
/// one that expires first. Not thread-safe.
template <class Key, class Value, class Hash = std::hash<Key>>
class BoundedTtlMap {
 public:
  /// Requires: `capacity` is greater than zero.
  explicit BoundedTtlMap(std::size_t capacity) : capacity_(capacity) {}

  /// Null if there is no entry, or if it has expired at `now`. Valid until the next change.
  const Value* find(const Key& key, Timestamp now) const {
    const auto found = entries_.find(key);
    return found == entries_.end() || found->expires_at <= now ? nullptr : &found->value;
  }

  /// Stores or replaces the entry of `key`. Also removes a few of the entries that have expired.
  void put(Key key, Value value, Retention retention, Timestamp now) {
    erase(key);
    purge(now);
    auto& by_priority = entries_.template get<ByPriority>();
    if (by_priority.size() >= capacity_) by_priority.erase(by_priority.begin());
    entries_.insert({std::move(key), std::move(value), retention.priority, retention.expires_at});
  }

  void erase(const Key& key) { entries_.erase(key); }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Key key;
    Value value;
    std::uint32_t priority;
    Timestamp expires_at;
  };
  struct ByExpiry {};
  struct ByPriority {};
  template <class T, T Entry::*kMember>
  using Member = boost::multi_index::member<Entry, T, kMember>;
  using ExpiryOf = Member<Timestamp, &Entry::expires_at>;
  using PriorityOf =
      boost::multi_index::composite_key<Entry, Member<std::uint32_t, &Entry::priority>, ExpiryOf>;
  using Entries = boost::multi_index_container<
      Entry,
      boost::multi_index::indexed_by<
          boost::multi_index::hashed_unique<Member<Key, &Entry::key>, Hash>,
          boost::multi_index::ordered_non_unique<boost::multi_index::tag<ByExpiry>, ExpiryOf>,
          boost::multi_index::ordered_non_unique<boost::multi_index::tag<ByPriority>, PriorityOf>>>;

  void purge(Timestamp now) {
    constexpr int kMaxAtOnce = 4;
    auto& by_expiry = entries_.template get<ByExpiry>();
    for (int i = 0; i < kMaxAtOnce && !by_expiry.empty(); ++i) {
      if (by_expiry.begin()->expires_at > now) return;
      by_expiry.erase(by_expiry.begin());
    }
  }

  std::size_t capacity_;
  Entries entries_;
};

}  // namespace ptkl::app
