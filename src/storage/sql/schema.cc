#include "storage/sql/schema.h"

#include <algorithm>

#include <fmt/core.h>

#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

constexpr const char* kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)";
constexpr SqlStatement kFindVersion{"SELECT COALESCE(MAX(version), 0) FROM schema_migrations"};
constexpr SqlStatement kRecord{
    "INSERT INTO schema_migrations (version, name) VALUES ($1, $2) ON CONFLICT DO NOTHING"};

constexpr SqlStatement kFindCopyMark{"SELECT value FROM settings WHERE name = $1"};

std::int64_t newest_of(std::span<const Migration> steps) {
  return steps.empty() ? 0 : steps.back().version;
}

/// Finding that out requires no privilege to change the schema.
bool is_up_to_date(SqlDatabase& database, std::span<const Migration> steps) {
  const auto current = database.read([&](SqlConnection& connection) -> Result<void> {
    const auto version = find_schema_version(connection);
    if (version && *version == newest_of(steps)) return {};
    return failure(ErrorCode::not_found, "the schema is not up to date");
  });
  return current.has_value();
}

/// The schema version; creates `schema_migrations` in an empty database.
Result<std::int64_t> find_or_begin(SqlConnection& connection) {
  // As a script, in which a collision with another process that does the same is retried.
  auto created = connection.run_script(kCreateTable);
  if (!created) return failed(created);
  return find_schema_version(connection);
}

Result<void> apply(SqlConnection& connection, const Migration& step) {
  // The row first: another server that applies the same step waits for it, and then finds the step done,
  // instead of running the script over a schema that has it already.
  auto done = insert_one(connection, kRecord, {step.version, step.name}, "it was applied already");
  if (done) done = connection.run_script(step.script);
  if (done) return {};
  return failure(done.error().code, fmt::format("migration {:04}-{} failed: {}", step.version,
                                                step.name, done.error().message));
}

Result<void> check_known(std::int64_t version, std::span<const Migration> steps) {
  const std::int64_t newest = newest_of(steps);
  if (version <= newest) return {};
  return failure(ErrorCode::invalid_argument,
                 fmt::format("the database has schema {} of a newer version of the program; this "
                             "version supports up to {}: upgrade the program",
                             version, newest));
}

}  // namespace

Result<SchemaChange> migrate(SqlDatabase& database, std::span<const Migration> steps) {
  SchemaChange change{newest_of(steps), newest_of(steps)};
  if (is_up_to_date(database, steps)) return change;
  auto checked = database.transact([&](SqlConnection& connection) -> Result<void> {
    auto version = find_or_begin(connection);
    if (!version) return failed(version);
    change = {*version, *version};
    return check_known(*version, steps);
  });
  if (!checked) return failed(checked);

  for (const Migration& step : steps) {
    // Read again in each transaction, because another process may have migrated it.
    auto done = database.transact([&](SqlConnection& connection) -> Result<void> {
      auto version = find_or_begin(connection);
      if (!version) return failed(version);
      if (*version >= step.version) return {};
      return apply(connection, step);
    });
    if (!done) return failed(done);
    change.after = std::max(change.after, step.version);
  }
  return change;
}

Result<std::int64_t> find_schema_version(SqlConnection& connection) {
  return find_integer(connection, kFindVersion, {});
}

std::int64_t newest_schema_version() { return newest_of(migrations()); }

Result<void> check_schema_known(std::int64_t version) { return check_known(version, migrations()); }

Result<void> check_finished(SqlConnection& connection) {
  const auto mark =
      find_one(connection, kFindCopyMark, {kUnfinishedCopySetting},
               [](ColumnReader& columns) -> Result<std::string> { return columns.text(); });
  if (!mark) return failed(mark);
  if (!*mark) return {};
  return failure(ErrorCode::conflict,
                 "the database is an unfinished copy: run `ptkld copy` again, or empty it");
}

}  // namespace ptkl::storage
