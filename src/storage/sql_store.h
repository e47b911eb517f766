// The Store over SQL: written once for every database.
#pragma once

#include <memory>

#include "core/store.h"
#include "storage/sql_database.h"

namespace ptkl::storage {

/// Brings the schema up to date, then serves. Fails when a migration fails, and with
/// invalid_argument when the schema is newer than this program.
Result<std::unique_ptr<Store>> make_sql_store(std::unique_ptr<SqlDatabase> database);

}  // namespace ptkl::storage
