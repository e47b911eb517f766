// Keyset paging: a page is what follows a key, not what follows a number of rows.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/uuid.h"

namespace ptkl {

inline constexpr std::size_t kDefaultPageSize = 100;
inline constexpr std::size_t kMaxPageSize = 1000;

/// Things are listed in the order of their ids, which is the order in which they were made.
struct PageRequest {
  std::optional<Uuid> after;             ///< the last id of the page before
  std::size_t limit = kDefaultPageSize;  ///< 1 to kMaxPageSize
};

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<Uuid> next;  ///< `after` of the next page, unless this is the last one
};

}  // namespace ptkl
