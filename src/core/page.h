// Keyset paging: a page starts after a key, not after a number of rows.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/uuid.h"

namespace ptkl {

inline constexpr std::size_t kDefaultPageSize = 100;
inline constexpr std::size_t kMaxPageSize = 1000;

/// Which page of a list; `Key` is what the list is ordered by.
template <class Key>
struct KeyedPageRequest {
  std::optional<Key> after;              ///< the key of the last item of the previous page
  std::size_t limit = kDefaultPageSize;  ///< 1 to kMaxPageSize
};

/// Most lists are in the order of their ids, which is the order of creation.
using PageRequest = KeyedPageRequest<Uuid>;

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<Uuid> next;  ///< `after` of the next page, unless this is the last one
};

}  // namespace ptkl
