// Brings a database to the schema of this program.
#pragma once

#include <span>

#include "base/result.h"
#include "storage/migrations.h"
#include "storage/sql_database.h"

namespace ptkl::storage {

/// Runs each step that the database has not seen, in a transaction of its own, and records it in
/// `schema_migrations`. May run twice, and beside another process that does the same. Fails with
/// invalid_argument, changing nothing, when the database has seen a step that is not in `steps`.
Result<void> migrate(SqlDatabase& database, std::span<const Migration> steps);

}  // namespace ptkl::storage
