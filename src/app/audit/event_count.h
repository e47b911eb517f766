// The count of an audit event within a minute, and the hash function for the keys of such counts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/timestamp.h"

namespace ptkl::app {

struct EventCount {
  std::int64_t count = 0;
  Timestamp first_at;
  Timestamp last_at;

  void add(const EventCount& other) {
    first_at = count == 0 ? other.first_at : std::min(first_at, other.first_at);
    last_at = count == 0 ? other.last_at : std::max(last_at, other.last_at);
    count += other.count;
  }
};

/// One hash of several values that std::hash knows.
template <class... Values>
std::size_t hash_combine(const Values&... values) {
  std::size_t hash = 0;
  ((hash = hash * 31 + std::hash<Values>()(values)), ...);
  return hash;
}

}  // namespace ptkl::app
