// Keyset pagination: a page starts after a key, not after a number of rows.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
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

/// A page of a list, or of its one item of that name.
template <class Name>
struct NamedPageRequest {
  PageRequest page;
  std::optional<Name> name;
};

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<Uuid> next;  ///< `after` of the next page; absent on the last page
};

/// The page of a list that has at most this item, whose id is `id`.
template <class T>
Page<T> page_of(std::optional<T> item, const Uuid& id, const PageRequest& page) {
  Page<T> result;
  const bool is_earlier = page.after && id <= *page.after;
  if (item && !is_earlier) result.items.push_back(std::move(*item));
  return result;
}

}  // namespace ptkl
