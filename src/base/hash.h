// Hashes of several values, for the keys of hash tables.
#pragma once

#include <cstddef>
#include <functional>

namespace ptkl {

/// One hash of several values that std::hash knows.
template <class... Values>
std::size_t hash_combine(const Values&... values) {
  std::size_t hash = 0;
  ((hash = hash * 31 + std::hash<Values>()(values)), ...);
  return hash;
}

}  // namespace ptkl
