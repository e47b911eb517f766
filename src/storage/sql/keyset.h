// Keyset paging (core/page.h) in SQL: `… AND id > $2 ORDER BY id LIMIT $3`.
#pragma once

#include <string>

#include "core/page.h"

namespace ptkl::storage {

/// The ids of the page are greater than this key. The empty text is less than all ids.
inline std::string key_before(const PageRequest& page) {
  return page.after ? page.after->text() : std::string();
}

/// One row more than the page has, which shows whether another page follows.
inline std::int64_t row_limit(const PageRequest& page) {
  return static_cast<std::int64_t>(page.limit) + 1;
}

/// The page, from the rows of a query with row_limit().
template <class T, class IdOf>
Page<T> cut_page(std::vector<T> rows, const PageRequest& page, IdOf id_of) {
  Page<T> result{std::move(rows), std::nullopt};
  if (result.items.size() <= page.limit) return result;
  result.items.erase(result.items.begin() + static_cast<std::ptrdiff_t>(page.limit),
                     result.items.end());
  result.next = id_of(result.items.back());
  return result;
}

}  // namespace ptkl::storage
