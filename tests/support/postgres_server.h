// The private PostgreSQL of the test run (tests/support/postgres_cluster), for tests that want a database.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_conn;

namespace ptkl::testing {

/// The URL of its superuser: what stands in the file that `PTKL_TEST_POSTGRESQL` names. Absent where
/// there is no PostgreSQL.
std::optional<std::string> find_postgres_url();

/// For the SetUp() of a fixture, before anything else: skips the test where there is no PostgreSQL;
/// in CI, where CI=true, fails it.
void require_postgres();

/// A session that stays open while this object lives: for locks that a test holds. Everything in it
/// throws std::runtime_error.
class PostgresSession {
 public:
  explicit PostgresSession(const std::string& url);

  /// Runs `sql`, one statement or several, and returns the first value of the last one; empty when there
  /// is none.
  std::string run(const std::string& sql);

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  std::unique_ptr<pg_conn, Finish> connection_;
};

/// PostgresSession::run() in a session of its own.
std::string run_sql(const std::string& url, const std::string& sql);

/// A schema of one test's own, so that tests may run at the same time. Goes, with all that is in it,
/// when this object does, whoever still uses it. Throws std::runtime_error without PostgreSQL.
class PostgresSchema {
 public:
  PostgresSchema();
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;
  ~PostgresSchema();

  /// Whose tables are those of the schema: by `options=-csearch_path%3D…`.
  const std::string& url() const { return url_; }
  const std::string& name() const { return name_; }

  /// Has the planner count the rows of these tables; those of other tests are none of its business.
  void analyze() const;

 private:
  std::string server_;
  std::string name_;
  std::string url_;
};

}  // namespace ptkl::testing
