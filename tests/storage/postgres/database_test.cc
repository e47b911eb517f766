#include "storage/postgres/database.h"

#include <functional>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "support/eventually.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

using ptkl::testing::eventually;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr SqlStatement kAddThing{"INSERT INTO things (id) VALUES ($1)"};
constexpr SqlStatement kCount{"SELECT COUNT(*) FROM things"};
constexpr SqlStatement kBackend{"SELECT pg_backend_pid()"};
constexpr SqlStatement kSettings{
    "SELECT current_setting('client_min_messages'), current_setting('synchronous_commit')"};
constexpr SqlStatement kMoveThing{"UPDATE things SET id = $2 WHERE id = $1"};
constexpr SqlStatement kPassGate{"SELECT pass_gate()"};
constexpr SqlStatement kCollide{"SELECT collide()"};

// Functions that are called when a transaction that added a thing commits.
constexpr const char* kOnCommit =
    "CREATE FUNCTION on_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; END "
    "$$;"
    "CREATE CONSTRAINT TRIGGER on_commit AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION on_commit()";

// pass_gate() waits while a ClosedGate exists, regardless of the timeout of the session.
constexpr const char* kMakeGate =
    "CREATE TABLE gate ();"
    "CREATE FUNCTION pass_gate() RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM set_config('lock_timeout', '0', true);"
    " LOCK TABLE gate IN ACCESS SHARE MODE; RETURN 1; END $$";

Result<void> add(SqlConnection& connection, std::int64_t id) {
  return execute(connection, kAddThing, {id});
}

/// Blocks every session that calls pass_gate(), until it is opened or destroyed.
class ClosedGate {
 public:
  explicit ClosedGate(const std::string& url) : session_(url) {
    session_.run("BEGIN; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE");
  }
  void open() { session_.run("COMMIT"); }
  bool holds(std::int64_t backend) {
    return session_.run(kWaiting + (" AND pid = " + std::to_string(backend))) == "1";
  }
  /// The number of sessions that wait for it.
  int count_waiting() { return std::stoi(session_.run(kWaiting)); }

 private:
  static constexpr const char* kWaiting =
      "SELECT count(*) FROM pg_locks WHERE relation = 'gate'::regclass AND NOT granted";

  ptkl::testing::PostgresSession session_;
};

class PostgresDatabase : public ::testing::Test {
 protected:
  void SetUp() override {
    ptkl::testing::require_postgres();
    if (IsSkipped() || HasFatalFailure()) return;
    schema_.emplace();
    sql("CREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY)");
    sql(kMakeGate);
    database_ = open({});
  }

  std::string sql(const std::string& text) { return ptkl::testing::run_sql(schema_->url(), text); }
  void on_commit(const std::string& action) {
    std::string text = kOnCommit;
    sql(text.replace(text.find("{}"), 2, action));
  }

  std::unique_ptr<SqlDatabase> open(const PostgresOptions& options, const std::string& more = "") {
    auto database = open_postgres(SecretString(schema_->url() + more), options, log_);
    if (!database) throw std::runtime_error(database.error().message);
    return std::move(*database);
  }

  /// The error of `body` as a transaction.
  Error refusal(SqlDatabase& database, const SqlDatabase::Body& body) {
    auto done = database.transact(body);
    if (done) return {ErrorCode::not_found, "nothing: it succeeded"};
    return done.error();
  }

  /// A transaction that `gate` blocked for longer than the timeout of its database.
  struct HeldUp {
    std::unique_ptr<SqlDatabase> database;  ///< with one session, which was used before
    Error error;                            ///< of the transaction
    int runs = 0;                           ///< of its body
  };
  /// `body` adds a thing with that id, or passes the gate itself. Repeated if the server timed out before the
  /// gate, as on a busy machine.
  HeldUp hold_up(ClosedGate& gate, const PostgresOptions& options,
                 const std::function<Result<void>(SqlConnection&, std::int64_t id)>& body) {
    HeldUp held;
    std::int64_t id = 0;
    EXPECT_TRUE(eventually([&] {
      held = {open(options), {ErrorCode::internal, "did not run"}};
      if (!held.database->read([](SqlConnection& c) { return execute(c, kCount, {}); }))
        return false;
      std::int64_t backend = 0;
      ++id;
      held.error = refusal(*held.database, [&](SqlConnection& c) -> Result<void> {
        ++held.runs;
        const auto found = find_integer(c, kBackend, {});
        if (!found) return failure(found.error());
        backend = *found;
        return body(c, id);
      });
      return gate.holds(backend);
    }));
    return held;
  }

  std::int64_t things() {
    std::int64_t count = -1;
    auto done = database_->read([&](SqlConnection& connection) -> Result<void> {
      auto found = find_integer(connection, kCount, {});
      if (!found) return failure(found.error());
      count = *found;
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    return count;
  }

  /// Ends the session of `connection`.
  void terminate(SqlConnection& connection) {
    const auto backend = find_integer(connection, kBackend, {});
    if (!backend) throw std::runtime_error(backend.error().message);
    sql("SELECT pg_terminate_backend(" + std::to_string(*backend) + ", 5000)");
  }

  SilentLogger log_;
  std::optional<ptkl::testing::PostgresSchema> schema_;
  std::unique_ptr<SqlDatabase> database_;
};

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

TEST_F(PostgresDatabase, ABackgroundTransactionGivesUpWhenARowStaysLocked) {
  sql("INSERT INTO things VALUES (1)");
  ptkl::testing::PostgresSession other(schema_->url());
  other.run("BEGIN; UPDATE things SET id = 1");
  const auto refused = database_->transact_in_background([&](SqlConnection& c) {
    return execute(c, kMoveThing, {std::int64_t{1}, std::int64_t{2}});
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("lock timeout"));
  other.run("COMMIT");
  EXPECT_EQ(sql("SELECT id FROM things"), "1");
}

TEST_F(PostgresDatabase, ATransactionThatWaitedForALockSeesWhatItWaitedForAndDoesNotStartOver) {
  sql("INSERT INTO things VALUES (1)");
  std::promise<void> locked;
  std::promise<void> waits;
  std::thread first([&] {
    EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
      if (auto done = c.lock("a"); !done) return done;
      if (const auto counted = find_integer(c, kCount, {}); !counted) return failed(counted);
      locked.set_value();
      waits.get_future().wait();
      return execute(c, kMoveThing, {std::int64_t{1}, std::int64_t{2}});
    }));
  });
  locked.get_future().wait();
  int runs = 0;
  std::thread second([&] {
    EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
      ++runs;
      if (auto done = c.lock("a"); !done) return done;
      return execute(c, kMoveThing, {std::int64_t{2}, std::int64_t{3}});
    }));
  });
  EXPECT_TRUE(eventually([&] {
    return sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == "1";
  }));
  // Another lock is free.
  EXPECT_TRUE(database_->transact([](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock("b"); !done) return done;
    return add(c, 10);
  }));
  waits.set_value();
  first.join();
  second.join();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM things"), "3 10");
}

TEST_F(PostgresDatabase, IsNotIdleWhileItHoldsALock) {
  ASSERT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock("a"); !done) return done;
    EXPECT_EQ(sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0");
    if (auto done = add(c, 1); !done) return done;
    EXPECT_EQ(sql("SELECT state FROM pg_stat_activity JOIN pg_locks USING (pid)"
                  " WHERE locktype = 'advisory' AND granted"),
              "idle in transaction");
    return {};
  }));
}

TEST_F(PostgresDatabase, FailsWithoutAChangeIfItDoesNotGetALockInTime) {
  ptkl::testing::PostgresSession other(schema_->url());
  other.run("SELECT pg_advisory_lock(hashtextextended('a', 7350106))");
  auto impatient = open({.answer_timeout = std::chrono::seconds(1)});
  const auto refused = impatient->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock("a"); !done) return done;
    return add(c, 1);
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(things(), 0);
  other.run("SELECT pg_advisory_unlock_all()");
  EXPECT_TRUE(impatient->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock("a"); !done) return done;
    return add(c, 1);
  }));
  EXPECT_EQ(things(), 1);
}

TEST_F(PostgresDatabase, ReleasesItsLocksHoweverATransactionEnds) {
  const auto lock_and = [](const SqlDatabase::Body& body) {
    return [body](SqlConnection& c) -> Result<void> {
      if (auto done = c.lock("a"); !done) return done;
      return body(c);
    };
  };
  const SqlDatabase::Body bodies[] = {
      [](SqlConnection&) -> Result<void> { return {}; },
      [](SqlConnection& c) { return execute(c, kCount, {}); },
      [](SqlConnection& c) { return add(c, 1); },
      [](SqlConnection&) -> Result<void> { return failure(ErrorCode::conflict, "no"); },
      // Fails: the thing exists.
      [](SqlConnection& c) { return add(c, 1); },
      [](SqlConnection&) -> Result<void> { throw std::runtime_error("thrown"); },
  };
  for (const auto& body : bodies) {
    static_cast<void>(database_->transact(lock_and(body)));
    EXPECT_EQ(sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0");
  }
  // Also when it was taken in the middle of the transaction.
  EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = add(c, 2); !done) return done;
    return c.lock("a");
  }));
  EXPECT_EQ(sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0");
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

TEST_F(PostgresDatabase, DoesNotUseASessionThatEndedWhileIdle) {
  ASSERT_TRUE(database_->transact([](SqlConnection& c) { return add(c, 1); }));
  std::int64_t backend = 0;
  ASSERT_TRUE(database_->read([&](SqlConnection& c) -> Result<void> {
    const auto found = find_integer(c, kBackend, {});
    if (!found) return failure(found.error());
    backend = *found;
    return {};
  }));
  sql("SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)");
  EXPECT_TRUE(database_->transact([](SqlConnection& c) { return add(c, 2); }));
  EXPECT_EQ(things(), 2);
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

TEST_F(PostgresDatabase, RejectsChangesButNotReadsWhileCommitsHang) {
  on_commit("PERFORM pass_gate();");
  ClosedGate gate(schema_->url());
  const HeldUp held =
      hold_up(gate, {.max_connections = 2, .answer_timeout = milliseconds(200)}, add);
  EXPECT_EQ(held.error.code, ErrorCode::outcome_unknown);
  bool ran = false;
  const SqlDatabase::Body note = [&](SqlConnection&) -> Result<void> {
    ran = true;
    return {};
  };
  EXPECT_EQ(refusal(*held.database, note).code, ErrorCode::unavailable);
  EXPECT_FALSE(ran) << "its commit would block as well";
  EXPECT_TRUE(eventually([&] { return held.database->read(note).has_value(); }));
  EXPECT_TRUE(ran);
  gate.open();
  EXPECT_TRUE(eventually([&] { return things() > 0; }));
  EXPECT_TRUE(eventually([&] { return held.database->transact(note).has_value(); }));
}

TEST_F(PostgresDatabase, IsUnavailableWhenNoSessionBecomesFree) {
  auto narrow = open({.max_connections = 1, .wait_for_connection = milliseconds(50)});
  std::optional<ErrorCode> second;
  ASSERT_TRUE(narrow->transact([&](SqlConnection&) -> Result<void> {
    const auto read = [](SqlConnection&) -> Result<void> { return {}; };
    auto done = std::async(std::launch::async, [&] { return narrow->read(read); }).get();
    if (!done) second = done.error().code;
    return {};
  }));
  EXPECT_EQ(second, ErrorCode::unavailable);
  EXPECT_TRUE(narrow->transact([](SqlConnection& c) { return add(c, 1); }));
}

TEST_F(PostgresDatabase, WaitsForASessionThatBecomesFreeInTime) {
  constexpr int kWaiting = 4;
  auto narrow = open({.max_connections = 1, .wait_for_connection = std::chrono::minutes(1)});
  std::latch asking(kWaiting);
  std::vector<std::jthread> waiting;
  const auto first = narrow->transact([&](SqlConnection& c) {
    for (int id = 1; id <= kWaiting; ++id) {
      waiting.emplace_back([&, id] {
        asking.count_down();
        EXPECT_TRUE(narrow->transact([id](SqlConnection& one) { return add(one, id); }));
      });
    }
    asking.wait();
    return add(c, 0);
  });
  EXPECT_TRUE(first);
  waiting.clear();
  EXPECT_EQ(things(), kWaiting + 1);
}

constexpr PostgresOptions kPatient{.max_connections = 4,
                                   .wait_for_connection = std::chrono::minutes(1),
                                   .answer_timeout = std::chrono::minutes(1)};

TEST_F(PostgresDatabase, KeepsSessionsForReadsAndProbesWhileChangesWait) {
  constexpr int kChanges = 6;
  ClosedGate gate(schema_->url());
  const auto database = open(kPatient);
  std::vector<std::jthread> changes;
  for (int id = 1; id <= kChanges; ++id) {
    changes.emplace_back([&, id] {
      EXPECT_TRUE(database->transact([id](SqlConnection& c) {
        auto passed = execute(c, kPassGate, {});
        return passed ? add(c, id) : passed;
      }));
    });
  }
  EXPECT_TRUE(eventually([&] { return gate.count_waiting() == 2; }));
  EXPECT_TRUE(database->transact_as_probe([&](SqlConnection& c) {
    auto done = database->read([](SqlConnection& other) { return execute(other, kCount, {}); });
    return done ? add(c, 0) : done;
  }));
  EXPECT_EQ(gate.count_waiting(), 2);
  gate.open();
  changes.clear();
  EXPECT_EQ(things(), kChanges + 1);
}

TEST_F(PostgresDatabase, DoesNotDelayAProbeForACollidedChangeThatWaits) {
  // Every other call collides, also one that is repeated after its collision.
  sql("CREATE SEQUENCE tries; CREATE FUNCTION collide() RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN"
      " IF nextval('tries') % 2 = 1 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;"
      " RETURN 1; END $$");
  ClosedGate gate(schema_->url());
  const auto database = open(kPatient);
  std::jthread change([&] {
    EXPECT_TRUE(database->transact([](SqlConnection& c) {
      auto done = execute(c, kCollide, {});
      return done ? execute(c, kPassGate, {}) : done;
    }));
  });
  EXPECT_TRUE(eventually([&] { return gate.count_waiting() == 1; }));
  int runs = 0;
  EXPECT_TRUE(database->transact_as_probe([&](SqlConnection& c) {
    ++runs;
    return execute(c, kCollide, {});
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(gate.count_waiting(), 1);
  gate.open();
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
