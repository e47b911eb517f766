#include "storage/postgres/row.h"

#include <charconv>

#include <libpq-fe.h>

namespace ptkl::storage {

bool PostgresRow::is_null(int column) const { return PQgetisnull(&result_, row_, column) != 0; }

std::int64_t PostgresRow::integer(int column) const {
  const std::string_view digits = text(column);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string_view PostgresRow::text(int column) const {
  return {PQgetvalue(&result_, row_, column),
          static_cast<std::size_t>(PQgetlength(&result_, row_, column))};
}

}  // namespace ptkl::storage
