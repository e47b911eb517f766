// The schema can be sharded by project: rows of a project are found by keys that begin with the project, and
// refer to no other project. docs/performance.md depends on this.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sql/migrations.h"
#include "storage/sql/schema.h"
#include "storage/sqlite/database.h"

namespace ptkl::storage {
namespace {

// The tables for all projects together, on every shard or on a separate one.
const std::set<std::string> kGlobalTables = {"projects", "settings", "schema_migrations"};

/// Indexes that do not begin with the project, each with its reason.
const std::set<std::string> kIndexesOverAllProjects = {
    // A link names no project, and is used once for each user.
    "users_by_invitation",
    // For periodic deletions, which every shard runs over its own rows.
    "client_credentials_due",
    "revoked_tokens_by_end",
    "sessions_by_end",
};

/// An element of the schema, such as a key, and its first column.
struct FirstColumn {
  std::string table;
  std::string thing;
  std::string column;
};

class Sharding : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = open_sqlite_in_memory(log_);
    ASSERT_TRUE(database);
    database_ = std::move(*database);
    ASSERT_TRUE(migrate(*database_, migrations()));
  }

  /// The rows of `statement`, without those of global tables.
  std::vector<FirstColumn> find(SqlStatement statement) {
    std::vector<FirstColumn> found;
    auto done = database_->read([&](SqlConnection& connection) -> Result<void> {
      auto run = connection.run(statement, {}, [&](const SqlRow& row) {
        if (kGlobalTables.contains(std::string(row.text(0)))) return;
        found.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
      });
      if (!run) return failure(std::move(run.error()));
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_FALSE(found.empty());
    return found;
  }

  SilentLogger log_;
  std::unique_ptr<SqlDatabase> database_;
};

constexpr SqlStatement kPrimaryKeys{
    "SELECT tables.name, 'primary key', COALESCE(columns.name, '') FROM sqlite_schema AS tables"
    " LEFT JOIN pragma_table_info(tables.name) AS columns ON columns.pk = 1"
    " WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'"};
constexpr SqlStatement kForeignKeys{
    "SELECT tables.name, keys.\"table\", keys.\"from\" || '>' || keys.\"to\""
    " FROM sqlite_schema AS tables JOIN pragma_foreign_key_list(tables.name) AS keys"
    " WHERE tables.type = 'table' AND keys.seq = 0"};
constexpr SqlStatement kIndexes{
    "SELECT tables.name, indexes.name, columns.name FROM sqlite_schema AS tables"
    " JOIN pragma_index_list(tables.name) AS indexes"
    " JOIN pragma_index_info(indexes.name) AS columns"
    " WHERE tables.type = 'table' AND columns.seqno = 0"};

TEST_F(Sharding, EveryPrimaryKeyBeginsWithTheProject) {
  for (const FirstColumn& key : find(kPrimaryKeys))
    EXPECT_EQ(key.column, "project_id") << key.table;
}

TEST_F(Sharding, EveryForeignKeyStaysInItsProject) {
  for (const FirstColumn& key : find(kForeignKeys)) {
    const bool is_to_projects = key.thing == "projects";
    EXPECT_EQ(key.column, is_to_projects ? "project_id>id" : "project_id>project_id")
        << "from " << key.table << " to " << key.thing;
  }
}

TEST_F(Sharding, EveryIndexBeginsWithTheProjectExceptForListedOnes) {
  for (const FirstColumn& index : find(kIndexes)) {
    if (kIndexesOverAllProjects.contains(index.thing)) continue;
    EXPECT_EQ(index.column, "project_id") << index.thing << " of " << index.table;
  }
}

TEST_F(Sharding, EveryExceptionNamesAnExistingIndex) {
  std::set<std::string> names;
  for (const FirstColumn& index : find(kIndexes)) names.insert(index.thing);
  for (const std::string& name : kIndexesOverAllProjects) EXPECT_TRUE(names.contains(name)) << name;
}

}  // namespace
}  // namespace ptkl::storage
