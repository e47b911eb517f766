// A PostgreSQL database with one table, whose transactions a test can block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "support/eventually.h"
#include "support/postgres_server.h"

namespace ptkl::storage {

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
  static constexpr SqlStatement kCount{"SELECT COUNT(*) FROM things"};
  static constexpr SqlStatement kBackend{"SELECT pg_backend_pid()"};
  static constexpr SqlStatement kMoveThing{"UPDATE things SET id = $2 WHERE id = $1"};
  static constexpr SqlStatement kPassGate{"SELECT pass_gate()"};
  static constexpr SqlStatement kCollide{"SELECT collide()"};

  static Result<void> add(SqlConnection& connection, std::int64_t id) {
    return execute(connection, kAddThing, {id});
  }

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
    EXPECT_TRUE(ptkl::testing::eventually([&] {
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

 private:
  static constexpr SqlStatement kAddThing{"INSERT INTO things (id) VALUES ($1)"};

  // Functions that are called when a transaction that added a thing commits.
  static constexpr const char* kOnCommit =
      "CREATE FUNCTION on_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; "
      "END "
      "$$;"
      "CREATE CONSTRAINT TRIGGER on_commit AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION on_commit()";

  // pass_gate() waits while a ClosedGate exists, regardless of the timeout of the session.
  static constexpr const char* kMakeGate =
      "CREATE TABLE gate ();"
      "CREATE FUNCTION pass_gate() RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN"
      " PERFORM set_config('lock_timeout', '0', true);"
      " LOCK TABLE gate IN ACCESS SHARE MODE; RETURN 1; END $$";
};

}  // namespace ptkl::storage
