// The private PostgreSQL of the test run (tests/support/postgres_cluster), for tests that want a database.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_conn;

namespace ptkl::testing {

/// The URL of its superuser, from the file that `PTKL_TEST_POSTGRESQL` names. Absent without PostgreSQL.
std::optional<std::string> find_postgres_url();

/// To be called first in the SetUp() of a fixture. Skips the test without PostgreSQL, or fails it in CI
/// (`CI=true`).
void require_postgres();

/// A session that stays open until destroyed, for locks that a test holds.
/// Errors: throws std::runtime_error.
class PostgresSession {
 public:
  explicit PostgresSession(const std::string& url);

  /// Runs `sql`, one or more statements, and returns the first value of the last result, or an empty text.
  std::string run(const std::string& sql);

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  std::unique_ptr<pg_conn, Finish> connection_;
};

/// PostgresSession::run() in a session of its own.
std::string run_sql(const std::string& url, const std::string& sql);

/// A schema of one test, so that tests can run concurrently. Removed with its content when destroyed, even if
/// sessions still use it. Errors: throws std::runtime_error without PostgreSQL.
class PostgresSchema {
 public:
  PostgresSchema();
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;
  ~PostgresSchema();

  /// The URL of the database with this schema as search path (`options=-csearch_path%3D…`).
  const std::string& url() const { return url_; }
  const std::string& name() const { return name_; }

  /// Updates the planner's statistics of these tables only.
  void analyze() const;

 private:
  std::string server_;
  std::string name_;
  std::string url_;
};

}  // namespace ptkl::testing
