// A table of what is remembered for a while, with a bound.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/timestamp.h"

namespace ptkl::app {

/// Each entry is remembered until a time of its own. Where there is no room for a new one, the entry
/// goes that would be forgotten first. From one thread at a time.
template <class Key, class Value, class Hash = std::hash<Key>>
class ExpiringTable {
 public:
  explicit ExpiringTable(std::size_t capacity) : capacity_(capacity) {}

  /// Null when there is none, or it is to be forgotten by `now`.
  const Value* find(const Key& key, Timestamp now) const {
    const auto found = entries_.find(key);
    return found == entries_.end() || found->second.until <= now ? nullptr : &found->second.value;
  }

  /// Replaces what is there. Forgets on the way what is over by `now`, a few at a time.
  void put(Key key, Value value, Timestamp until, Timestamp now) {
    erase(key);
    forget(now);
    if (entries_.size() >= capacity_ && !by_time_.empty()) erase(Key(*by_time_.begin()->second));
    const auto [entry, added] =
        entries_.try_emplace(std::move(key), Entry{std::move(value), until});
    by_time_.emplace(until, &entry->first);
  }

  void erase(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    by_time_.erase({found->second.until, &found->first});
    entries_.erase(found);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Value value;
    Timestamp until;
  };

  void forget(Timestamp now) {
    constexpr int kAtOnce = 4;
    for (int i = 0; i < kAtOnce && !by_time_.empty() && by_time_.begin()->first <= now; ++i) {
      erase(Key(*by_time_.begin()->second));
    }
  }

  std::size_t capacity_;
  std::unordered_map<Key, Entry, Hash> entries_;
  std::set<std::pair<Timestamp, const Key*>> by_time_;  ///< keys of entries_, which stay in place
};

}  // namespace ptkl::app
