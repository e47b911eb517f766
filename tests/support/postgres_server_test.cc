#include "support/postgres_server.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::testing {
namespace {

class PostgresServer : public ::testing::Test {
 protected:
  void SetUp() override { require_postgres(); }
};

TEST_F(PostgresServer, HasTheSettingsThatTestsNeed) {
  const std::string url = find_postgres_url().value();
  EXPECT_THAT(run_sql(url, "SHOW server_version_num"), ::testing::StartsWith("15"));
  EXPECT_EQ(run_sql(url, "SHOW server_encoding"), "UTF8");
  EXPECT_EQ(run_sql(url, "SHOW lc_collate"), "C");
  EXPECT_EQ(run_sql(url, "SHOW listen_addresses"), "127.0.0.1");
  EXPECT_EQ(run_sql(url, "SHOW synchronous_commit"), "on");
}

TEST_F(PostgresServer, RejectsAWrongPassword) {
  std::string url = find_postgres_url().value();
  url.insert(url.find('@'), "x");
  EXPECT_THROW(run_sql(url, "SELECT 1"), std::runtime_error);
}

TEST_F(PostgresServer, KeepsSchemasApart) {
  const PostgresSchema one;
  const PostgresSchema other;
  run_sql(one.url(), "CREATE TABLE things (name TEXT); INSERT INTO things VALUES ('of one')");
  EXPECT_THROW(run_sql(other.url(), "SELECT name FROM things"), std::runtime_error);
  EXPECT_EQ(run_sql(one.url(), "SELECT name FROM things"), "of one");
}

TEST_F(PostgresServer, RemovesASchemaWithItsObject) {
  std::string name;
  {
    const PostgresSchema schema;
    run_sql(schema.url(), "CREATE TABLE things (name TEXT)");
    name = schema.name();
  }
  EXPECT_EQ(run_sql(find_postgres_url().value(),
                    "SELECT count(*) FROM pg_namespace WHERE nspname = '" + name + "'"),
            "0");
}

}  // namespace
}  // namespace ptkl::testing
