#include "storage/postgres/database.h"

#include <gmock/gmock.h>

#include "storage/postgres/postgres_database.h"

namespace ptkl::storage {
namespace {

using ptkl::testing::eventually;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr SqlStatement kSettings{
    "SELECT current_setting('client_min_messages'), current_setting('synchronous_commit')"};

TEST(PostgresUrl, IsRejectedWithoutBeingQuoted) {
  SilentLogger log;
  for (const std::string_view url :
       {"", "ptkl.db", "host=127.0.0.1 password=hunter2", "mysql://u:hunter2@127.0.0.1/x",
        "postgresql://u:hunter2/@127.0.0.1/x", "postgresql://u:1/hunter2@127.0.0.1/x",
        "postgresql://u:p@hunter2@127.0.0.1/x", "postgresql://u:p@127.0.0.1/x?hunter2=1"}) {
    const auto opened = open_postgres(SecretString(url), {}, log);
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(opened.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(PostgresUrl, MustNotRequestAStandby) {
  SilentLogger log;
  for (const std::string attributes : {"any", "read-only", "standby", "prefer-standby"}) {
    const auto opened = open_postgres(
        SecretString("postgresql://127.0.0.1/x?target_session_attrs=" + attributes), {}, log);
    EXPECT_FALSE(opened) << attributes;
  }
  EXPECT_TRUE(open_postgres(
      SecretString(std::string_view("postgresql://127.0.0.1/x?target_session_attrs=primary")), {},
      log));
}

// The server of the test has no TLS.
TEST_F(PostgresDatabase, VerifiesTheHostOffLoopbackUnlessTheUrlDisablesIt) {
  const auto look = [](SqlConnection& c) { return execute(c, kCount, {}); };
  auto proved = open({}, "&host=db.example.org&hostaddr=127.0.0.1");
  EXPECT_EQ(refusal(*proved, look).code, ErrorCode::unavailable);
  auto trusted = open({}, "&host=db.example.org&hostaddr=127.0.0.1&sslmode=disable");
  EXPECT_TRUE(trusted->transact(look));
}

TEST_F(PostgresDatabase, IsUnavailableWhenNothingListens) {
  auto database = open_postgres(
      SecretString(std::string_view("postgresql://u:hunter2@127.0.0.1:1/x")), {}, log_);
  ASSERT_TRUE(database);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Error error = refusal(**database, [](SqlConnection&) -> Result<void> { return {}; });
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_THAT(error.message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
  }
}

TEST_F(PostgresDatabase, IsUnavailableWithAWrongPassword) {
  auto database = open({}, "&password=hunter2");
  const Error error = refusal(*database, [](SqlConnection&) -> Result<void> { return {}; });
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_THAT(error.message, Not(HasSubstr("hunter2")));
}

TEST_F(PostgresDatabase, RejectsAnEncodingThatCannotStoreAllText) {
  const std::string name = schema_->name() + "_ascii";
  sql("CREATE DATABASE " + name +
      " ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
  auto database = open({}, "&dbname=" + name);
  const Error error = refusal(*database, [](SqlConnection&) -> Result<void> { return {}; });
  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_THAT(error.message, HasSubstr("UTF8"));
  sql("DROP DATABASE " + name + " WITH (FORCE)");
}

TEST_F(PostgresDatabase, IsUnavailableOnAReadOnlyServer) {
  auto database = open({}, "%20-cdefault_transaction_read_only%3Don");
  const Error error = refusal(*database, [](SqlConnection& c) { return add(c, 1); });
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(things(), 0);
}

// Like a primary that has become a standby.
TEST_F(PostgresDatabase, ReplacesAReadOnlySession) {
  ASSERT_TRUE(database_->transact([](SqlConnection& c) {
    return c.run_script("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
  }));
  int runs = 0;
  ASSERT_TRUE(database_->transact([&](SqlConnection& c) {
    ++runs;
    return add(c, 1);
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(things(), 1);
}

// Like a server that was fenced because another one replaces it.
TEST_F(PostgresDatabase, RejectsAnswersOfAServerThatBecameReadOnly) {
  ASSERT_TRUE(database_->transact([](SqlConnection& c) { return add(c, 1); }));
  ASSERT_TRUE(database_->transact(
      [](SqlConnection& c) { return c.run_script("SET default_transaction_read_only = on"); }));
  int runs = 0;
  ASSERT_TRUE(database_->read([&](SqlConnection& c) {
    ++runs;
    return execute(c, kCount, {});
  }));
  EXPECT_EQ(runs, 2);
}

// Their warnings and waits show that a failover may lose a commit.
TEST_F(PostgresDatabase, OverridesSettingsThatMakeCommitsUncertain) {
  auto database = open({}, "%20-csynchronous_commit%3Dlocal%20-cclient_min_messages%3Derror");
  std::string level;
  std::string commit;
  ASSERT_TRUE(database->read([&](SqlConnection& c) -> Result<void> {
    const auto done = c.run(kSettings, {}, [&](const SqlRow& row) {
      level = row.text(0);
      commit = row.text(1);
    });
    return done ? Result<void>() : failure(done.error());
  }));
  EXPECT_EQ(level, "warning");
  EXPECT_EQ(commit, "on");
}

TEST_F(PostgresDatabase, ReportsAnUnknownOutcomeWhenTheSessionEndsInTheCommit) {
  on_commit("PERFORM pg_terminate_backend(pg_backend_pid());");
  int runs = 0;
  const Error error = refusal(*database_, [&](SqlConnection& c) {
    ++runs;
    return add(c, 1);
  });
  EXPECT_EQ(error.code, ErrorCode::outcome_unknown);
  EXPECT_EQ(runs, 1);
}

TEST_F(PostgresDatabase, ReportsAnUnknownOutcomeWhenTheCommitTakesTooLong) {
  on_commit("PERFORM pass_gate();");
  ClosedGate gate(schema_->url());
  const HeldUp held = hold_up(gate, {.answer_timeout = milliseconds(300)}, add);
  EXPECT_EQ(held.error.code, ErrorCode::outcome_unknown);
}

// PostgreSQL reports in this way that it stopped waiting for its synchronous standby.
TEST_F(PostgresDatabase, ReportsAnUnknownOutcomeOfACommitWithAWarning) {
  on_commit("RAISE WARNING 'canceling the wait for synchronous replication';");
  const Error error = refusal(*database_, [](SqlConnection& c) { return add(c, 1); });
  EXPECT_EQ(error.code, ErrorCode::outcome_unknown);
}

TEST_F(PostgresDatabase, ReportsARejectedCommitAsRolledBack) {
  on_commit("RAISE EXCEPTION 'no';");
  const Error error = refusal(*database_, [](SqlConnection& c) { return add(c, 1); });
  EXPECT_EQ(error.code, ErrorCode::internal);
  EXPECT_EQ(things(), 0);
}

TEST_F(PostgresDatabase, RepeatsACommitThatCollides) {
  sql("CREATE SEQUENCE tries");
  on_commit(
      "IF nextval('tries') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;");
  int runs = 0;
  ASSERT_TRUE(database_->transact([&](SqlConnection& c) {
    ++runs;
    return add(c, 1);
  }));
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(things(), 1);
}

TEST_F(PostgresDatabase, StopsRetryingATransactionThatAlwaysCollides) {
  sql("CREATE FUNCTION collide() RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN"
      " RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$");
  int runs = 0;
  const Error error = refusal(*database_, [&](SqlConnection& c) {
    ++runs;
    return execute(c, kCollide, {});
  });
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_GT(runs, 10);
}

TEST_F(PostgresDatabase, RepeatsABodyThatHidACollision) {
  sql("CREATE SEQUENCE tries; CREATE FUNCTION collide() RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN"
      " IF nextval('tries') = 1 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;"
      " RETURN 1; END $$");
  int runs = 0;
  ASSERT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    ++runs;
    static_cast<void>(execute(c, kCollide, {}));
    return {};
  }));
  EXPECT_EQ(runs, 2);
}

TEST_F(PostgresDatabase, ABackgroundTransactionSeesWhatIsCommittedMeanwhileAndDoesNotStartOver) {
  sql("INSERT INTO things VALUES (1)");
  int runs = 0;
  ASSERT_TRUE(database_->transact_in_background([&](SqlConnection& c) -> Result<void> {
    ++runs;
    const auto before = find_integer(c, kCount, {});
    if (!before) return failed(before);
    EXPECT_EQ(*before, 1);
    sql("UPDATE things SET id = 2; INSERT INTO things VALUES (3)");
    const auto after = find_integer(c, kCount, {});
    if (!after) return failed(after);
    EXPECT_EQ(*after, 2);
    // A serializable transaction would have to start over here.
    return execute(c, kMoveThing, {std::int64_t{2}, std::int64_t{4}});
  }));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM things"), "3 4");
}

TEST_F(PostgresDatabase, RejectsABackgroundTransactionWithinATransaction) {
  EXPECT_EQ(refusal(*database_,
                    [&](SqlConnection&) {
                      return database_->transact_in_background(
                          [](SqlConnection&) -> Result<void> { return {}; });
                    })
                .code,
            ErrorCode::internal);
}

TEST_F(PostgresDatabase, RepeatsABodyWhenAUsedSessionEnds) {
  ASSERT_TRUE(database_->transact([](SqlConnection& c) { return add(c, 1); }));
  int runs = 0;
  ASSERT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    if (++runs == 1) terminate(c);
    return add(c, 2);
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(things(), 2);
}

TEST_F(PostgresDatabase, IsUnavailableWhenANewSessionEndsBeforeTheCommit) {
  int runs = 0;
  const Error error = refusal(*database_, [&](SqlConnection& c) -> Result<void> {
    ++runs;
    if (auto added = add(c, 1); !added) return added;
    terminate(c);
    return add(c, 2);
  });
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(things(), 0);
}

TEST_F(PostgresDatabase, IsUnavailableWhenAStatementTakesTooLong) {
  ClosedGate gate(schema_->url());
  const HeldUp held = hold_up(gate, {.answer_timeout = milliseconds(300)},
                              [](SqlConnection& c, auto) { return execute(c, kPassGate, {}); });
  EXPECT_EQ(held.error.code, ErrorCode::unavailable);
  EXPECT_EQ(held.runs, 1) << "a body that has waited for too long is not repeated";
  const auto change = [](SqlConnection& c) { return add(c, 1); };
  EXPECT_TRUE(eventually([&] { return held.database->transact(change).has_value(); }));
}

TEST_F(PostgresDatabase, KeepsValuesOutOfErrorMessages) {
  ASSERT_TRUE(database_->transact([](SqlConnection& c) { return add(c, 424'242); }));
  const Error error = refusal(*database_, [](SqlConnection& c) { return add(c, 424'242); });
  EXPECT_EQ(error.code, ErrorCode::conflict);
  EXPECT_THAT(error.message, Not(HasSubstr("424242")));
}

TEST_F(PostgresDatabase, AllowsATransactionOfAnotherDatabaseWithinOne) {
  auto other = open({});
  EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    auto added = other->transact([](SqlConnection& inner) { return add(inner, 1); });
    return added ? add(c, 2) : added;
  }));
  EXPECT_EQ(things(), 2);
}

}  // namespace
}  // namespace ptkl::storage
