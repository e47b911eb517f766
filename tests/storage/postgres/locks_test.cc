// The locks of transactions in PostgreSQL.
#include <atomic>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "storage/postgres/postgres_database.h"

namespace ptkl::storage {
namespace {

using ptkl::testing::eventually;

/// Other tests have locks in the same database.
class PostgresLocks : public PostgresDatabase {
 protected:
  const std::string name_ = "locks_test " + std::to_string(::getpid());

  /// A condition for the row of that lock in pg_locks.
  std::string is_lock() const {
    return "locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) ="
           " hashtextextended('" +
           name_ + "', 7350106)";
  }
};

TEST_F(PostgresLocks, ABackgroundTransactionGivesUpWhenARowStaysLocked) {
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

TEST_F(PostgresLocks, ATransactionThatWaitedForALockSeesWhatItWaitedForAndDoesNotStartOver) {
  sql("INSERT INTO things VALUES (1)");
  std::atomic<bool> locked = false;
  std::atomic<bool> may_end = false;
  std::jthread first([&] {
    EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
      if (auto done = c.lock(name_); !done) return done;
      if (const auto counted = find_integer(c, kCount, {}); !counted) return failed(counted);
      locked = true;
      EXPECT_TRUE(eventually([&] { return may_end.load(); }));
      return execute(c, kMoveThing, {std::int64_t{1}, std::int64_t{2}});
    }));
  });
  ASSERT_TRUE(eventually([&] { return locked.load(); }));
  int runs = 0;
  std::jthread second([&] {
    EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
      ++runs;
      if (auto done = c.lock(name_); !done) return done;
      return execute(c, kMoveThing, {std::int64_t{2}, std::int64_t{3}});
    }));
  });
  EXPECT_TRUE(eventually([&] {
    return sql("SELECT count(*) FROM pg_locks WHERE NOT granted AND " + is_lock()) == "1";
  }));
  // Another lock is free.
  EXPECT_TRUE(database_->transact([this](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock(name_ + " b"); !done) return done;
    return add(c, 10);
  }));
  may_end = true;
  first.join();
  second.join();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM things"), "3 10");
}

TEST_F(PostgresLocks, IsNotIdleWhileItHoldsALock) {
  ASSERT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock(name_); !done) return done;
    EXPECT_EQ(sql("SELECT count(*) FROM pg_locks WHERE " + is_lock()), "0");
    if (auto done = add(c, 1); !done) return done;
    EXPECT_EQ(sql("SELECT state FROM pg_stat_activity JOIN pg_locks USING (pid)"
                  " WHERE granted AND " +
                  is_lock()),
              "idle in transaction");
    return {};
  }));
}

TEST_F(PostgresLocks, FailsWithoutAChangeIfItDoesNotGetALockInTime) {
  ptkl::testing::PostgresSession other(schema_->url());
  other.run("SELECT pg_advisory_lock(hashtextextended('" + name_ + "', 7350106))");
  auto impatient = open({.answer_timeout = std::chrono::seconds(1)});
  const auto refused = impatient->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock(name_); !done) return done;
    return add(c, 1);
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(things(), 0);
  other.run("SELECT pg_advisory_unlock_all()");
  EXPECT_TRUE(impatient->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = c.lock(name_); !done) return done;
    return add(c, 1);
  }));
  EXPECT_EQ(things(), 1);
}

TEST_F(PostgresLocks, ReleasesItsLocksHoweverATransactionEnds) {
  const auto lock_and = [this](const SqlDatabase::Body& body) {
    return [this, body](SqlConnection& c) -> Result<void> {
      if (auto done = c.lock(name_); !done) return done;
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
    EXPECT_EQ(sql("SELECT count(*) FROM pg_locks WHERE " + is_lock()), "0");
  }
  // Also when it was taken in the middle of the transaction.
  EXPECT_TRUE(database_->transact([&](SqlConnection& c) -> Result<void> {
    if (auto done = add(c, 2); !done) return done;
    return c.lock(name_);
  }));
  EXPECT_EQ(sql("SELECT count(*) FROM pg_locks WHERE " + is_lock()), "0");
}

}  // namespace
}  // namespace ptkl::storage
