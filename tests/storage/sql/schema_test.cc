#include "storage/sql/schema.h"

#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "storage/sqlite/database.h"

namespace ptkl::storage {
namespace {

constexpr Migration kFirstMigration{1, "first",
                                    "CREATE TABLE a (id BIGINT); CREATE TABLE b (id BIGINT);"};
constexpr Migration kSecondMigration{2, "second", "CREATE TABLE c (id BIGINT);"};
constexpr Migration kBroken{2, "broken", "CREATE TABLE c (id BIGINT); CREATE TABLE a (id BIGINT);"};

class SchemaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = open_sqlite_in_memory(log_);
    ASSERT_TRUE(database);
    database_ = std::move(*database);
  }

  std::int64_t count(SqlStatement statement) {
    std::int64_t number = -1;
    auto done = database_->read([&](SqlConnection& connection) -> Result<void> {
      auto found = find_integer(connection, statement, {});
      if (!found) return failure(std::move(found.error()));
      number = *found;
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    return number;
  }

  std::int64_t version() { return count({"SELECT MAX(version) FROM schema_migrations"}); }
  std::int64_t tables() {
    return count({"SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('a', 'b', 'c')"});
  }

  SilentLogger log_;
  std::unique_ptr<SqlDatabase> database_;
};

TEST_F(SchemaTest, RejectsADatabaseOfANewerProgramAndDoesNotChangeIt) {
  ASSERT_TRUE(migrate(*database_, std::array{kFirstMigration, kSecondMigration}));
  auto older = migrate(*database_, std::array{kFirstMigration});
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(version(), 2);
}

TEST_F(SchemaTest, AFailedStepIsRolledBackAndEarlierStepsStay) {
  auto done = migrate(*database_, std::array{kFirstMigration, kBroken});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::internal);
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(tables(), 2);
  ASSERT_TRUE(migrate(*database_, std::array{kFirstMigration, kSecondMigration}));
  EXPECT_EQ(tables(), 3);
}

TEST_F(SchemaTest, RunsEachStepOnce) {
  ASSERT_TRUE(migrate(*database_, std::array{kFirstMigration}));
  ASSERT_TRUE(migrate(*database_, std::array{kFirstMigration, kSecondMigration}));
  ASSERT_TRUE(migrate(*database_, std::array{kFirstMigration, kSecondMigration}));
  EXPECT_EQ(version(), 2);
  EXPECT_EQ(tables(), 3);
}

TEST_F(SchemaTest, TheStepsAreNumberedWithoutAGap) {
  std::int64_t expected = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.version, ++expected);
  EXPECT_GT(expected, 0);
}

TEST_F(SchemaTest, InvalidSlotsOfAnOlderSchemaStayInvalidAndComeFirst) {
  const std::span<const Migration> steps = migrations();
  ASSERT_TRUE(migrate(*database_, steps.first(1)));
  const auto filled = database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO projects VALUES ('p', 'acme', 60, '', 3, 0);"
        "INSERT INTO status_slots VALUES ('p', 7, 1), ('p', 8, 0), ('p', 9, 1);");
  });
  ASSERT_TRUE(filled) << filled.error().message;
  ASSERT_TRUE(migrate(*database_, steps));
  EXPECT_EQ(count({"SELECT invalidated_slots FROM projects"}), 1);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM status_slots WHERE invalid > 0 AND invalid <= 1"}), 2);
}

TEST_F(SchemaTest, TheOnlyKeyOfAnOlderProjectIsActiveSinceItsCreation) {
  const std::span<const Migration> steps = migrations();
  ASSERT_TRUE(migrate(*database_, steps.first(1)));
  const auto filled = database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO projects VALUES ('p', 'acme', 60, '', 0, 0);"
        "INSERT INTO signing_keys VALUES ('p', 'kid', 'ES256', 'wrapped', '{}', 1, 1234);");
  });
  ASSERT_TRUE(filled) << filled.error().message;
  ASSERT_TRUE(migrate(*database_, steps));
  EXPECT_EQ(count({"SELECT activated_at FROM signing_keys WHERE active = 1"}), 1234);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM projects WHERE signing_algorithm = 'ES256'"}), 1);
}

TEST_F(SchemaTest, OverlapsOfAnOlderSchemaAreDueWhenTheyEnd) {
  const std::span<const Migration> steps = migrations();
  ASSERT_TRUE(migrate(*database_, steps.first(1)));
  const auto filled = database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO projects VALUES ('p', 'acme', 60, '', 3, 0);"
        "INSERT INTO status_slots VALUES ('p', 7, 0), ('p', 8, 0), ('p', 9, 1);"
        "INSERT INTO api_users VALUES ('p', 'u', 'bot', '', 'active', 1, 0, 0, NULL);"
        "INSERT INTO secrets VALUES"
        " ('p', 'current', 'u', 1, '', '', '', 7, 0, NULL, NULL, NULL, NULL, ''),"
        " ('p', 'overlapping', 'u', 2, '', '', '', 8, 0, NULL, 50, NULL, NULL, ''),"
        " ('p', 'revoked', 'u', 3, '', '', '', 9, 0, NULL, 60, 40, NULL, '');");
  });
  ASSERT_TRUE(filled) << filled.error().message;
  ASSERT_TRUE(migrate(*database_, steps));
  EXPECT_EQ(count({"SELECT due_at FROM client_credentials WHERE id = 'overlapping'"}), 50);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM client_credentials WHERE due_at IS NULL"}), 2);
}

TEST_F(SchemaTest, SecretsBecomeClientCredentialsWithTheSameSlotsAndIndexes) {
  const std::span<const Migration> steps = migrations();
  ASSERT_TRUE(migrate(*database_, steps.first(9)));
  const auto filled = database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO projects (id, name, token_lifetime_seconds, resources, claimed_slots,"
        " created_at) VALUES ('p', 'acme', 60, '', 1, 0);"
        "INSERT INTO status_slots VALUES ('p', 7, 0), ('p', 8, 0);"
        "INSERT INTO api_users VALUES ('p', 'u', 'bot', '', 'active', 1, 0, 0, NULL);"
        "INSERT INTO secrets (project_id, id, api_user_id, number, hash, hint, label, slot,"
        " created_at, last_used_from) VALUES ('p', 's', 'u', 1, 'h', 'wxyz', '', 7, 0, '');");
  });
  ASSERT_TRUE(filled) << filled.error().message;
  ASSERT_TRUE(migrate(*database_, steps));
  EXPECT_EQ(count({"SELECT COUNT(*) FROM client_credentials WHERE id = 's' AND kind = 0"
                   " AND hash = 'h' AND hint = 'wxyz' AND slot = 7 AND slot_generation IS NULL"}),
            1);
  EXPECT_EQ(count({"SELECT rights_version FROM projects"}), 0);
  // Without the slot's index, two credentials could own one slot.
  EXPECT_FALSE(database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO client_credentials (project_id, id, api_user_id, number, hash, hint, label,"
        " slot, created_at, last_used_from) VALUES ('p', 't', 'u', 2, '', '', '', 7, 0, '');");
  }));
  // A credential must not refer to an unknown API user.
  EXPECT_FALSE(database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO client_credentials (project_id, id, api_user_id, number, hash, hint, label,"
        " slot, created_at, last_used_from) VALUES ('p', 't', 'x', 2, '', '', '', 8, 0, '');");
  }));
}

TEST_F(SchemaTest, ADatabaseFromBeforeTheAuditLogGetsAnEmptyOne) {
  const std::span<const Migration> steps = migrations();
  ASSERT_TRUE(migrate(*database_, steps.first(6)));
  const auto filled = database_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "INSERT INTO projects (id, name, token_lifetime_seconds, resources, claimed_slots,"
        " created_at) VALUES ('p', 'acme', 60, '', 0, 0);");
  });
  ASSERT_TRUE(filled) << filled.error().message;
  ASSERT_TRUE(migrate(*database_, steps));
  EXPECT_EQ(count({"SELECT COUNT(*) FROM projects"}), 1);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_events"}), 0);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_heads"}), 0);
}

TEST_F(SchemaTest, UsesOnlyTextAndBigint) {
  ASSERT_TRUE(migrate(*database_, migrations()));
  EXPECT_EQ(count({"SELECT COUNT(*) FROM sqlite_schema AS thing"
                   " JOIN pragma_table_info(thing.name) AS part WHERE thing.type = 'table'"
                   " AND part.type NOT IN ('TEXT', 'BIGINT')"}),
            0);
}

}  // namespace
}  // namespace ptkl::storage
