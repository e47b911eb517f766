#include "storage/sqlite/backup.h"

#include <optional>
#include <string>

#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/sqlite/connection.h"

namespace ptkl::storage {
namespace {

using Access = SqliteConnection::Access;

// Deferred: the snapshot is taken by the first statement, and lasts until the connection is closed.
constexpr SqlStatement kFindFault{"PRAGMA integrity_check(1)"};
constexpr SqlStatement kFindDangling{"PRAGMA foreign_key_check"};
constexpr SqlStatement kHasSchema{
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN"
    " ('schema_migrations', 'settings', 'projects')"};
constexpr SqlStatement kCountProjects{"SELECT COUNT(*) FROM projects"};

tl::unexpected<Error> is_damaged(const std::string& how) {
  return failure(ErrorCode::invalid_argument, "the database is damaged: " + how);
}

/// A file that SQLite cannot read is an error of the caller here, not of the program.
Error blame_file(Error error) {
  if (error.code == ErrorCode::internal) error.code = ErrorCode::invalid_argument;
  return error;
}

Result<DatabaseFacts> read_facts(SqlConnection& connection) {
  const auto tables = find_integer(connection, kHasSchema, {});
  if (!tables) return failed(tables);
  if (*tables != 3) return failure(ErrorCode::invalid_argument, "it is not a ptkld database");
  const auto version = find_schema_version(connection);
  if (!version) return failed(version);
  if (auto known = check_schema_known(*version); !known) return failed(known);
  if (auto finished = check_finished(connection); !finished) return failed(finished);
  const auto projects = find_integer(connection, kCountProjects, {});
  if (!projects) return failed(projects);
  return DatabaseFacts{*version, *projects};
}

Result<void> check_whole(SqlConnection& connection) {
  std::string said;
  auto asked = connection.run(kFindFault, {},
                              [&said](const SqlRow& row) { said = std::string(row.text(0)); });
  if (!asked) return failed(asked);
  if (said != "ok") return is_damaged(said);
  std::string table;
  asked = connection.run(kFindDangling, {},
                         [&table](const SqlRow& row) { table = std::string(row.text(0)); });
  if (!asked) return failed(asked);
  if (!table.empty()) return is_damaged("a row of " + table + " refers to a missing row");
  return {};
}

}  // namespace

Result<void> copy_sqlite(const std::filesystem::path& from, const std::filesystem::path& to,
                         const OnPages& on_pages) {
  const auto source = SqliteConnection::open(from, Access::read_only);
  if (!source) return cannot_use(from, blame_file(source.error()));
  auto begun = (*source)->run(kBegin);
  if (!begun) return cannot_use(from, blame_file(std::move(begun.error())));
  const auto facts = read_facts(**source);
  if (!facts) return cannot_use(from, blame_file(facts.error()));
  const auto target = SqliteConnection::open(to, Access::copy_target);
  if (!target) return failed(target);
  return (*source)->copy_pages(**target, on_pages);
}

Result<DatabaseFacts> check_sqlite_file(const std::filesystem::path& file) {
  const auto connection = SqliteConnection::open(file, Access::at_rest);
  if (!connection) return failure(blame_file(connection.error()));
  if (auto whole = check_whole(**connection); !whole) {
    return failure(blame_file(std::move(whole.error())));
  }
  auto facts = read_facts(**connection);
  if (!facts) return failure(blame_file(std::move(facts.error())));
  return facts;
}

}  // namespace ptkl::storage
