// The Store over SQL: written once for every database.
#pragma once

#include <memory>

#include "core/ports/store.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// Brings the schema up to date, then serves.
/// Errors: those of a migration; invalid_argument when the schema is newer than this program; conflict when the
/// database is an unfinished copy (check_finished()).
Result<std::unique_ptr<Store>> make_sql_store(std::unique_ptr<SqlDatabase> database);

/// Neither migrates nor checks. Requires: `database` has this program's schema and outlives the store.
std::unique_ptr<Store> make_sql_store_over(SqlDatabase& database);

}  // namespace ptkl::storage
