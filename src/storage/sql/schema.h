// Brings a database to the schema of this program.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "storage/sql/database.h"
#include "storage/sql/migrations.h"

namespace ptkl::storage {

/// What migrate() did; the same number twice: nothing.
struct SchemaChange {
  std::int64_t before = 0;  ///< 0: the database was empty
  std::int64_t after = 0;
};

/// Runs each step that the database has not seen, in a transaction of its own, and records it in
/// `schema_migrations`. May run twice, and beside another process that does the same. Fails with
/// invalid_argument, changing nothing, when the database has seen a step that is not in `steps`.
Result<SchemaChange> migrate(SqlDatabase& database, std::span<const Migration> steps);

/// The last step that a database has seen, which has seen one.
Result<std::int64_t> find_schema_version(SqlConnection& connection);

/// The last step that this program knows.
std::int64_t newest_schema_version();

/// Fails with invalid_argument when that is newer than what this program knows.
Result<void> check_schema_known(std::int64_t version);

/// The setting that marks a database as an unfinished copy; transfer/copy_database writes and removes it.
inline constexpr std::string_view kUnfinishedCopySetting = "copy_source";

/// Errors: conflict when the database is an unfinished copy, which must not be used.
Result<void> check_finished(SqlConnection& connection);

}  // namespace ptkl::storage
