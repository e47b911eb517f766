// The catalog equals the schema, on both databases: it has every table that a migration adds.
#include "storage/transfer/table_catalog.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/sqlite/database.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kSqliteColumns{
    "SELECT thing.name, part.name, UPPER(part.type), part.pk FROM sqlite_schema AS thing"
    " JOIN pragma_table_info(thing.name) AS part"
    " WHERE thing.type = 'table' AND thing.name NOT LIKE 'sqlite%'"
    " ORDER BY thing.name, part.cid"};
constexpr SqlStatement kPostgresColumns{
    "SELECT part.table_name, part.column_name, UPPER(part.data_type),"
    " COALESCE(key.ordinal_position, 0) FROM information_schema.columns AS part"
    " LEFT JOIN information_schema.table_constraints AS rule"
    " ON rule.table_schema = part.table_schema AND rule.table_name = part.table_name"
    " AND rule.constraint_type = 'PRIMARY KEY'"
    " LEFT JOIN information_schema.key_column_usage AS key"
    " ON key.constraint_schema = rule.constraint_schema"
    " AND key.constraint_name = rule.constraint_name AND key.column_name = part.column_name"
    " WHERE part.table_schema = current_schema()"
    " ORDER BY part.table_name, part.ordinal_position"};

/// `name TYPE key-position`, column by column, for each table.
using Schema = std::map<std::string, std::vector<std::string>>;

std::string to_line(std::string_view name, std::string_view type, std::size_t key) {
  return std::string(name) + ' ' + std::string(type) + ' ' + std::to_string(key);
}

/// The result of read_tables().
Schema catalog_of(SqlDatabase& database) {
  Schema schema;
  const auto tables = read_tables(database);
  EXPECT_TRUE(tables) << tables.error().message;
  for (const Table& table : *tables) {
    std::size_t number = 0;
    for (const Column& column : table.columns) {
      ++number;
      schema[std::string(table.name)].push_back(
          to_line(column.name, column.type == ColumnType::text ? "TEXT" : "BIGINT",
                  number <= table.key_columns ? number : 0));
    }
  }
  schema["schema_migrations"] = {"version BIGINT 1", "name TEXT 0"};
  return schema;
}

Schema read_schema(SqlDatabase& database, SqlStatement statement) {
  Schema schema;
  auto done = database.read([&](SqlConnection& connection) -> Result<void> {
    auto read = connection.run(statement, {}, [&](const SqlRow& row) {
      schema[std::string(row.text(0))].push_back(
          to_line(row.text(1), row.text(2), static_cast<std::size_t>(row.integer(3))));
    });
    if (!read) return failure(std::move(read.error()));
    return {};
  });
  EXPECT_TRUE(done) << done.error().message;
  return schema;
}

TEST(TableCatalog, HasEveryTableColumnAndKeyOfSqlite) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  EXPECT_EQ(read_schema(**database, kSqliteColumns), catalog_of(**database));
}

class TableCatalogInPostgres : public ::testing::Test {
 protected:
  void SetUp() override { ptkl::testing::require_postgres(); }
};

TEST_F(TableCatalogInPostgres, IsTheSchemaAndTheSameAsInSqlite) {
  SilentLogger log;
  const ptkl::testing::PostgresSchema schema;
  auto database = open_postgres(SecretString(std::string_view(schema.url())), {}, log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  EXPECT_EQ(read_schema(**database, kPostgresColumns), catalog_of(**database));
  auto sqlite = open_sqlite_in_memory(log);
  ASSERT_TRUE(sqlite);
  ASSERT_TRUE(migrate(**sqlite, migrations()));
  const auto tables = read_tables(**database);
  const auto tables_of_sqlite = read_tables(**sqlite);
  ASSERT_TRUE(tables);
  ASSERT_TRUE(tables_of_sqlite);
  EXPECT_EQ(*tables, *tables_of_sqlite);
}

TEST(TableCatalog, ReportsAMissingTable) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  ASSERT_TRUE(database);
  const auto tables = read_tables(**database);
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().code, ErrorCode::internal);
}

TEST(TableCatalog, ReportsAColumnOfAnotherType) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  ASSERT_TRUE((*database)->transact([](SqlConnection& connection) {
    return connection.run_script("ALTER TABLE settings ADD COLUMN weight REAL");
  }));
  const auto tables = read_tables(**database);
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().code, ErrorCode::internal);
}

TEST(TableCatalog, OrdersTablesAfterReferencedOnes) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  constexpr SqlStatement kReferences{
      "SELECT thing.name, part.\"table\" FROM sqlite_schema AS thing"
      " JOIN pragma_foreign_key_list(thing.name) AS part WHERE thing.type = 'table'"};
  const auto place = [](std::string_view name) {
    const auto all = table_names();
    return std::find(all.begin(), all.end(), name) - all.begin();
  };
  int references = 0;
  ASSERT_TRUE((*database)->read([&](SqlConnection& connection) -> Result<void> {
    auto read = connection.run(kReferences, {}, [&](const SqlRow& row) {
      ++references;
      EXPECT_LT(place(row.text(1)), place(row.text(0))) << row.text(0);
    });
    if (!read) return failure(std::move(read.error()));
    return {};
  }));
  EXPECT_GT(references, 10);
}

}  // namespace
}  // namespace ptkl::storage
