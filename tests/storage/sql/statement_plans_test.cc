// The conformance suite over a database that checks the plan of every statement: none may scan a table
// that grows with the number of API users.
#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "storage/conformance/pending_changes.h"
#include "storage/conformance/store_conformance.h"
#include "storage/silent_logger.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"

namespace ptkl::storage {
namespace {

/// The EXPLAIN statements. Their addresses must not change, because a connection caches statements by address.
class Explanations {
 public:
  SqlStatement of(SqlStatement statement) {
    const std::lock_guard lock(mutex_);
    const auto [entry, added] = texts_.try_emplace(statement.text);
    if (added) entry->second = std::string("EXPLAIN QUERY PLAN ") + statement.text;
    return {entry->second.c_str()};
  }

 private:
  std::mutex mutex_;
  std::map<const char*, std::string> texts_;
};

/// True for a step like `SCAN client_credentials` or `SEARCH client_credentials USING … (project_id=?)`.
bool scans_a_table(std::string_view step) {
  if (step.find("AUTOMATIC") != std::string_view::npos) return true;
  if (step.starts_with("SCAN")) {
    // Projects are few, and only the program itself lists them. So are pending changes. The others are subqueries
    // with a limit.
    for (const auto* small : {"projects", "schema_migrations", "CONSTANT ROW", "rights_changes",
                              "holders", "next_holders", "first_api_users", "first_users"}) {
      if (step.substr(5).starts_with(small)) return false;
    }
    return true;
  }
  for (const auto* table :
       {"api_users", "client_credentials", "api_user_roles", "status_slots", "revoked_tokens",
        "audit_events", "audit_heads", "users", "user_roles", "sessions"}) {
    if (step.starts_with(std::string("SEARCH ") + table + " ") &&
        step.ends_with("(project_id=?)")) {
      return true;
    }
  }
  return false;
}

/// True for a step that reads a range of rows for each of many holders.
bool repeats_a_range(std::string_view statement, std::string_view step) {
  return statement.find("AS holders") != std::string_view::npos &&
         (step.starts_with("SEARCH client_credentials") || step.starts_with("SEARCH sessions") ||
          step.starts_with("SEARCH api_users ") || step.starts_with("SEARCH users")) &&
         step.find(">?") != std::string_view::npos;
}

class ExplainingSqliteConnection final : public SqlConnection {
 public:
  ExplainingSqliteConnection(SqlConnection& inner, Explanations& explanations)
      : inner_(inner), explanations_(explanations) {}

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override {
    constexpr int kDetail = 3;
    auto explained = inner_.run(explanations_.of(statement), parameters, [&](const SqlRow& row) {
      EXPECT_FALSE(scans_a_table(row.text(kDetail)))
          << row.text(kDetail) << "\nin " << statement.text;
      EXPECT_FALSE(repeats_a_range(statement.text, row.text(kDetail)))
          << row.text(kDetail) << "\nin " << statement.text;
    });
    if (!explained) return explained;
    return inner_.run(statement, parameters, on_row);
  }

  Result<void> run_script(const std::string& script) override { return inner_.run_script(script); }

 private:
  SqlConnection& inner_;
  Explanations& explanations_;
};

class ExplainingSqlite final : public SqlDatabase {
 public:
  explicit ExplainingSqlite(std::unique_ptr<SqlDatabase> inner) : inner_(std::move(inner)) {}

  Result<void> transact(const Body& body) override { return inner_->transact(explained(body)); }
  Result<void> read(const Body& body) override { return inner_->read(explained(body)); }
  SqlStatement column_list() const override { return inner_->column_list(); }

 private:
  Body explained(const Body& body) {
    return [this, &body](SqlConnection& connection) {
      ExplainingSqliteConnection explaining(connection, explanations_);
      return body(explaining);
    };
  }

  Explanations explanations_;
  std::unique_ptr<SqlDatabase> inner_;
};

Result<std::unique_ptr<Store>> open_explaining(const std::filesystem::path&) {
  auto database = open_sqlite_in_memory(silent);
  if (!database) return failure(std::move(database.error()));
  return make_sql_store(std::make_unique<ExplainingSqlite>(std::move(*database)));
}

INSTANTIATE_TEST_SUITE_P(SqlitePlans, StoreConformance,
                         ::testing::Values(StoreFactory{"explaining", open_explaining}),
                         store_name);
INSTANTIATE_TEST_SUITE_P(SqlitePlans, PendingChanges,
                         ::testing::Values(StoreFactory{"explaining", open_explaining}),
                         store_name);

TEST(StatementPlans, DistinguishAScanFromALookup) {
  EXPECT_TRUE(scans_a_table("SCAN client_credentials"));
  EXPECT_TRUE(scans_a_table("SEARCH client_credentials USING INDEX i (project_id=?)"));
  EXPECT_TRUE(scans_a_table("SEARCH roles USING AUTOMATIC COVERING INDEX (id=?)"));
  EXPECT_FALSE(scans_a_table("SEARCH client_credentials USING INDEX i (project_id=? AND id=?)"));
}

}  // namespace
}  // namespace ptkl::storage
