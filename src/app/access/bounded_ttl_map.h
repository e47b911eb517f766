// A table of what is remembered for a while, with a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/timestamp.h"

namespace ptkl::app {

struct Retention {
  Timestamp until;
  std::uint32_t worth = 0;
};

/// Each entry is remembered until a time of its own. Where there is no room for a new one, the entry
/// goes that is worth least, and of those the one that would be forgotten first. From one thread at a
/// time.
template <class Key, class Value, class Hash = std::hash<Key>>
class BoundedTtlMap {
 public:
  explicit BoundedTtlMap(std::size_t capacity) : capacity_(capacity) {}

  /// Null when there is none, or it is to be forgotten by `now`.
  const Value* find(const Key& key, Timestamp now) const {
    const auto found = entries_.find(key);
    return found == entries_.end() || found->second.retention.until <= now ? nullptr
                                                                           : &found->second.value;
  }

  /// Replaces what is there. Forgets on the way what is over by `now`, a few at a time.
  void put(Key key, Value value, Retention retention, Timestamp now) {
    erase(key);
    forget(now);
    if (entries_.size() >= capacity_ && !by_worth_.empty()) {
      erase(Key(*std::get<const Key*>(*by_worth_.begin())));
    }
    const auto [entry, added] =
        entries_.try_emplace(std::move(key), Entry{std::move(value), retention});
    by_time_.emplace(retention.until, &entry->first);
    by_worth_.emplace(retention.worth, retention.until, &entry->first);
  }

  void erase(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    const Retention& retention = found->second.retention;
    by_time_.erase({retention.until, &found->first});
    by_worth_.erase({retention.worth, retention.until, &found->first});
    entries_.erase(found);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Value value;
    Retention retention;
  };

  void forget(Timestamp now) {
    constexpr int kAtOnce = 4;
    for (int i = 0; i < kAtOnce && !by_time_.empty() && by_time_.begin()->first <= now; ++i) {
      erase(Key(*by_time_.begin()->second));
    }
  }

  std::size_t capacity_;
  std::unordered_map<Key, Entry, Hash> entries_;
  // Keys of entries_, which stay in place.
  std::set<std::pair<Timestamp, const Key*>> by_time_;
  std::set<std::tuple<std::uint32_t, Timestamp, const Key*>> by_worth_;
};

}  // namespace ptkl::app
