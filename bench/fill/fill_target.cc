#include "bench/fill/fill_target.h"

namespace ptkl::bench {

const TableShape& shape_of(FilledTable table) {
  static constexpr std::array<TableShape, kFilledTables> kShapes = {{
      {"status_slots", "project_id, slot, invalid", 3},
      {"api_users",
       "project_id, id, username, description, status, version, created_at, updated_at", 8},
      {"api_user_roles", "project_id, api_user_id, role_id", 3},
      {"client_credentials",
       "project_id, id, api_user_id, number, hash, hint, label, slot, created_at, last_used_at,"
       " last_used_from",
       11},
  }};
  return kShapes[static_cast<std::size_t>(table)];
}

}  // namespace ptkl::bench
