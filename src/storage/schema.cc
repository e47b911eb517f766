#include "storage/schema.h"

#include <fmt/core.h>

#include "storage/sql_rows.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kCreateTable{
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)"};
constexpr SqlStatement kFindVersion{"SELECT COALESCE(MAX(version), 0) FROM schema_migrations"};
constexpr SqlStatement kRecord{"INSERT INTO schema_migrations (version, name) VALUES ($1, $2)"};

Result<std::int64_t> find_version(SqlConnection& connection) {
  auto created = execute(connection, kCreateTable, {});
  if (!created) return failure(std::move(created.error()));
  return find_integer(connection, kFindVersion, {});
}

Result<void> apply(SqlConnection& connection, const Migration& step) {
  auto done = connection.run_script(step.script);
  if (done) done = execute(connection, kRecord, {step.version, step.name});
  if (done) return {};
  return failure(done.error().code, fmt::format("migration {:04}-{} failed: {}", step.version,
                                                step.name, done.error().message));
}

Result<void> check_known(std::int64_t version, std::span<const Migration> steps) {
  const std::int64_t newest = steps.empty() ? 0 : steps.back().version;
  if (version <= newest) return {};
  return failure(ErrorCode::invalid_argument,
                 fmt::format("the database has schema {}, made by a newer version of the program; "
                             "this one knows up to {}: upgrade the program",
                             version, newest));
}

}  // namespace

Result<void> migrate(SqlDatabase& database, std::span<const Migration> steps) {
  auto checked = database.transact([&](SqlConnection& connection) -> Result<void> {
    auto version = find_version(connection);
    if (!version) return failure(std::move(version.error()));
    return check_known(*version, steps);
  });
  if (!checked) return checked;

  for (const Migration& step : steps) {
    // Asked again in each transaction, because another process may have been faster.
    auto done = database.transact([&](SqlConnection& connection) -> Result<void> {
      auto version = find_version(connection);
      if (!version) return failure(std::move(version.error()));
      if (*version >= step.version) return {};
      return apply(connection, step);
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace ptkl::storage
