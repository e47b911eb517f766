#include "support/postgres_server.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>
#include <libpq-fe.h>

namespace ptkl::testing {
namespace {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

bool is_ci() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

std::string make_name() {
  std::random_device random;
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "test_%08x%08x", random(), random());
  return name.data();
}

std::string require_url() {
  auto url = find_postgres_url();
  if (!url) throw std::runtime_error("there is no PostgreSQL");
  return std::move(*url);
}

}  // namespace

std::optional<std::string> find_postgres_url() {
  const char* name = std::getenv("PTKL_TEST_POSTGRESQL");
  if (name == nullptr) return std::nullopt;
  std::ifstream file(name);
  std::string url;
  if (!std::getline(file, url) || url.empty()) return std::nullopt;
  return url;
}

void require_postgres() {
  if (find_postgres_url()) return;
  if (is_ci()) FAIL() << "there is no PostgreSQL, which CI needs";
  GTEST_SKIP()
      << "there is no PostgreSQL: tools/install-packages test installs it, ctest starts it";
}

void PostgresSession::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

PostgresSession::PostgresSession(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error("no connection to PostgreSQL");
  }
  // Notices, such as on the objects that a DROP includes, do not matter to a test.
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

std::string PostgresSession::run(const std::string& sql) {
  const std::unique_ptr<PGresult, ClearResult> result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(PQresultErrorMessage(result.get()));
  }
  if (PQntuples(result.get()) == 0 || PQnfields(result.get()) == 0) return {};
  return PQgetvalue(result.get(), 0, 0);
}

std::string run_sql(const std::string& url, const std::string& sql) {
  return PostgresSession(url).run(sql);
}

PostgresSchema::PostgresSchema()
    : server_(require_url()),
      name_(make_name()),
      // A busy machine takes longer to connect than the two seconds of ptkld.
      url_(server_ + "?connect_timeout=60&options=-csearch_path%3D" + name_) {
  run_sql(server_, "CREATE SCHEMA " + name_);
}

void PostgresSchema::analyze() const {
  run_sql(url_,
          "DO $$ DECLARE name TEXT; BEGIN"
          " FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
          " LOOP EXECUTE 'ANALYZE ' || quote_ident(name); END LOOP; END $$");
}

PostgresSchema::~PostgresSchema() {
  try {
    // A transaction that a failed test left open would keep its locks.
    run_sql(server_,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation IN (SELECT oid FROM "
            "pg_class WHERE relnamespace = '" +
                name_ +
                "'::regnamespace);"
                "DROP SCHEMA " +
                name_ + " CASCADE");
  } catch (const std::runtime_error& error) {
    ADD_FAILURE() << "the schema " << name_ << " stays: " << error.what();
  }
}

}  // namespace ptkl::testing
