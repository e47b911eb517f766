// Brings a database to the schema of this program.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "storage/sql/database.h"
#include "storage/sql/migrations.h"

namespace ptkl::storage {

/// The schema version before and after migrate().
struct SchemaChange {
  std::int64_t before = 0;  ///< 0: the database was empty
  std::int64_t after = 0;
};

/// Applies each step that the database does not have yet, in a transaction of its own, and records it in
/// `schema_migrations`. May run again, and concurrently with other processes. Errors: invalid_argument, without
/// a change, when the database has a step that is not in `steps`.
Result<SchemaChange> migrate(SqlDatabase& database, std::span<const Migration> steps);

/// The last step that was applied to a database. Requires: at least one was.
Result<std::int64_t> find_schema_version(SqlConnection& connection);

/// The last step of this program.
std::int64_t newest_schema_version();

/// Errors: invalid_argument when `version` is newer than the last step of this program.
Result<void> check_schema_known(std::int64_t version);

/// The setting that marks a database as an unfinished copy; transfer/copy_database writes and removes it.
inline constexpr std::string_view kUnfinishedCopySetting = "copy_source";

/// Errors: conflict when the database is an unfinished copy, which must not be used.
Result<void> check_finished(SqlConnection& connection);

}  // namespace ptkl::storage
