#include "storage/sql/token_owner.h"

#include <utility>

namespace ptkl::storage {

Result<TokenOwner> read_token_owner(ColumnReader& columns) {
  const auto kind = columns.parsed(parse_principal_kind);
  const auto id = columns.parsed(Uuid::parse);
  std::string name = columns.text();
  std::string credential = columns.text();
  const std::int64_t slot_generation = columns.integer();
  const std::int64_t min_rights_version = columns.integer();
  const bool token_active = columns.integer() == 1;
  if (!columns.ok()) return columns.failure();
  return TokenOwner{{*kind, *id, std::move(name)},
                    {},
                    std::move(credential),
                    slot_generation,
                    min_rights_version,
                    token_active};
}

}  // namespace ptkl::storage
