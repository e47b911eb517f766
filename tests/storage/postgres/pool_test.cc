// The sessions of a database in PostgreSQL, and what they are kept for.
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "storage/postgres/postgres_database.h"
#include "storage/sql/store.h"

namespace ptkl::storage {
namespace {

using ptkl::testing::eventually;
using std::chrono::milliseconds;

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

TEST_F(PostgresDatabase, KeepsASessionForProbesOfABorrowedStore) {
  ClosedGate gate(schema_->url());
  const auto database = open({.max_connections = 2, .answer_timeout = std::chrono::minutes(1)});
  const auto store = make_sql_store_over(*database);
  std::jthread change([&] {
    EXPECT_TRUE(database->transact([](SqlConnection& c) { return execute(c, kPassGate, {}); }));
  });
  EXPECT_TRUE(eventually([&] { return gate.count_waiting() == 1; }));
  EXPECT_TRUE(store->transact_as_probe([](Transaction&) -> Result<void> { return {}; }));
  EXPECT_EQ(gate.count_waiting(), 1);
  gate.open();
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

}  // namespace
}  // namespace ptkl::storage
