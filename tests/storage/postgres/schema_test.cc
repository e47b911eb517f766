// Several servers that start concurrently over one PostgreSQL.
#include "storage/sql/schema.h"

#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kCountSteps{"SELECT COUNT(*) FROM schema_migrations"};

class PostgresSchemaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ptkl::testing::require_postgres();
    if (!IsSkipped()) schema_.emplace();
  }

  std::unique_ptr<SqlDatabase> open(const std::string& url) {
    auto opened = open_postgres(SecretString(std::string_view(url)), {}, log_);
    return opened ? std::move(*opened) : nullptr;
  }

  SilentLogger log_;
  std::optional<ptkl::testing::PostgresSchema> schema_;
};

TEST_F(PostgresSchemaTest, RejectsASchemaOfANewerProgram) {
  const auto database = open(schema_->url());
  ASSERT_TRUE(migrate(*database, migrations()));
  ptkl::testing::run_sql(schema_->url(), "INSERT INTO schema_migrations VALUES (9999, 'later')");
  const auto older = migrate(*database, migrations());
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::invalid_argument);
}

TEST_F(PostgresSchemaTest, ConcurrentMigrationsApplyEachStepOnce) {
  constexpr int kNodes = 8;
  for (const int first : {0, 2}) {
    SCOPED_TRACE(first);
    const ptkl::testing::PostgresSchema schema;
    const auto steps = migrations();
    ASSERT_TRUE(migrate(*open(schema.url()), steps.first(static_cast<std::size_t>(first))));
    std::vector<std::thread> nodes;
    nodes.reserve(kNodes);
    std::vector<std::string> errors(kNodes);
    std::latch ready(kNodes);
    for (int node = 0; node < kNodes; ++node) {
      nodes.emplace_back([&, node] {
        const auto database = open(schema.url());
        ready.arrive_and_wait();
        const auto done = migrate(*database, steps);
        if (!done) errors[static_cast<std::size_t>(node)] = done.error().message;
        if (done && done->after != newest_schema_version()) {
          errors[static_cast<std::size_t>(node)] = "not up to date";
        }
      });
    }
    for (std::thread& node : nodes) node.join();
    for (const std::string& error : errors) EXPECT_EQ(error, "");
    EXPECT_TRUE(open(schema.url())->read([&](SqlConnection& connection) -> Result<void> {
      EXPECT_EQ(find_integer(connection, kCountSteps, {}), newest_schema_version());
      return {};
    }));
  }
}

TEST_F(PostgresSchemaTest, AnUpToDateSchemaRequiresNoPrivilegeToChangeIt) {
  ASSERT_TRUE(migrate(*open(schema_->url()), migrations()));
  const std::string role = schema_->name() + "_user";
  const auto sql = [&](const std::string& text) { ptkl::testing::run_sql(schema_->url(), text); };
  sql("CREATE ROLE " + role);
  sql("GRANT USAGE ON SCHEMA " + schema_->name() + " TO " + role);
  sql("GRANT SELECT ON ALL TABLES IN SCHEMA " + schema_->name() + " TO " + role);
  const auto done = migrate(*open(schema_->url() + "%20-crole%3D" + role), migrations());
  EXPECT_TRUE(done) << done.error().message;
  sql("DROP OWNED BY " + role);
  sql("DROP ROLE " + role);
}

}  // namespace
}  // namespace ptkl::storage
