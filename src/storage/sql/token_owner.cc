#include "storage/sql/token_owner.h"

#include <utility>

namespace ptkl::storage {

Result<TokenOwner> read_token_owner(ColumnReader& columns) {
  const auto kind = columns.parsed(parse_principal_kind);
  const auto id = columns.parsed(Uuid::parse);
  std::string name = columns.text();
  std::string credential = columns.text();
  const bool token_active = columns.integer() == 1;
  if (!columns.ok()) return columns.failure();
  return TokenOwner{{*kind, *id, std::move(name)}, {}, std::move(credential), token_active};
}

}  // namespace ptkl::storage
