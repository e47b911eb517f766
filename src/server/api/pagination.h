// Pages of lists that are short enough to be loaded as a whole.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace ptkl::server {

/// One page. Borrows from the list.
template <class Item>
struct PageView {
  std::span<const Item> items;
  const Item* cursor = nullptr;  ///< the last of `items` when more follow, else null
};

/// The first `limit` of `rest`.
template <class Item>
PageView<Item> take_page(std::span<const Item> rest, std::size_t limit) {
  const auto items = rest.first(std::min(limit, rest.size()));
  return {items, items.size() < rest.size() ? &items.back() : nullptr};
}

/// The items after the one for which `is_cursor` is true; none when that item no longer exists.
template <class Item, class Predicate>
std::span<const Item> after_cursor(const std::vector<Item>& all, Predicate is_cursor) {
  const auto found = std::find_if(all.begin(), all.end(), is_cursor);
  if (found == all.end()) return {};
  return std::span(all).subspan(static_cast<std::size_t>(found - all.begin()) + 1);
}

}  // namespace ptkl::server
