// tables() is the schema, on both databases: nothing that a migration adds is forgotten.
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

Schema expected_schema() {
  Schema schema;
  for (const Table& table : tables()) {
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

TEST(Tables, AreThoseOfSqliteWithEveryColumnAndKey) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  EXPECT_EQ(read_schema(**database, kSqliteColumns), expected_schema());
}

class TablesInPostgres : public ::testing::Test {
 protected:
  void SetUp() override { ptkl::testing::require_postgres(); }
};

TEST_F(TablesInPostgres, AreTheSame) {
  SilentLogger log;
  const ptkl::testing::PostgresSchema schema;
  auto database = open_postgres(SecretString(std::string_view(schema.url())), {}, log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  EXPECT_EQ(read_schema(**database, kPostgresColumns), expected_schema());
}

TEST(Tables, ComeAfterThoseThatTheyReferTo) {
  SilentLogger log;
  auto database = open_sqlite_in_memory(log);
  ASSERT_TRUE(database);
  ASSERT_TRUE(migrate(**database, migrations()));
  constexpr SqlStatement kReferences{
      "SELECT thing.name, part.\"table\" FROM sqlite_schema AS thing"
      " JOIN pragma_foreign_key_list(thing.name) AS part WHERE thing.type = 'table'"};
  const auto place = [](std::string_view name) {
    const auto all = tables();
    return std::find_if(all.begin(), all.end(),
                        [&](const Table& table) { return table.name == name; }) -
           all.begin();
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
