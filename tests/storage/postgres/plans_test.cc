// The plans of PostgreSQL for large tables with statistics: no statement may read all rows of a project.
// PostgreSQL's estimates, from averages over all projects and roles, would choose that.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/store.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

/// Enough rows for PostgreSQL to prefer one scan to thousands of lookups.
constexpr const char* kFill = R"(
INSERT INTO projects (id, name, token_lifetime_seconds, resources, claimed_slots, created_at)
  VALUES ('0192f0c1-7c3e-7a52-9d0e-000000000000', 'acme', 3600, '', 0, 0);
INSERT INTO roles SELECT projects.id, '0192f0c1-7c3e-7a52-9d0e-00000000000' || number, 'role ' || number,
  CASE number WHEN 0 THEN '*' ELSE 'components.read' END, '', 0, 1, 0, 0
  FROM projects, generate_series(0, 3) AS number;
INSERT INTO signing_keys (project_id, kid, algorithm, wrapped_key, public_jwk, active, created_at)
  SELECT id, 'kid', 'ES256', '', '{}', 1, 0 FROM projects;
INSERT INTO status_slots SELECT id, number, 0 FROM projects, generate_series(1, 9000) AS number;
INSERT INTO api_users SELECT projects.id, '0192f0c1-7c3e-7a52-9d0e-' || lpad(number::text, 12, '0'),
  'bot-' || number, '', 'active', 1, 0, 0 FROM projects, generate_series(1, 6000) AS number;
INSERT INTO api_user_roles SELECT project_id, id, '0192f0c1-7c3e-7a52-9d0e-00000000000'
  || CASE username WHEN 'bot-1' THEN 0 ELSE 1 + substr(username, 5)::bigint % 3 END FROM api_users;
INSERT INTO client_credentials (project_id, id, api_user_id, number, hash, hint, label, slot, created_at, last_used_from)
  SELECT project_id, lpad(substr(username, 5), 11, '0'), id, 1, repeat('A', 43), '', '',
  substr(username, 5)::bigint, 0, '' FROM api_users;
INSERT INTO revoked_tokens SELECT project_id, '0192f0c1-7c3e-7a52-9d0f-' || lpad(slot::text, 12, '0'), slot, slot
  FROM client_credentials;
INSERT INTO users (project_id, id, email, password_hash, version, created_at, updated_at, last_sign_in_from)
  SELECT projects.id, '0192f0c1-7c3e-7a52-9d10-' || lpad(number::text, 12, '0'), number || '@example.com',
  'hash', 1, 0, 0, number FROM projects, generate_series(6001, 9000) AS number;
INSERT INTO user_roles SELECT project_id, id, '0192f0c1-7c3e-7a52-9d0e-00000000000'
  || CASE last_sign_in_from WHEN '6001' THEN 0 ELSE 1 + right(id, 12)::bigint % 3 END FROM users;
INSERT INTO sessions SELECT project_id, id, id, right(id, 12)::bigint, 0, right(id, 12)::bigint FROM users)";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Uuid uuid(std::string_view text) { return must(Uuid::parse(text)); }

bool grows_with_a_project(std::string_view relation) {
  for (const auto* table :
       {"api_users", "client_credentials", "api_user_roles", "status_slots", "revoked_tokens",
        "audit_events", "audit_heads", "users", "user_roles", "sessions"}) {
    if (relation.starts_with(table)) return true;
  }
  return false;
}

/// Reads a plan line by line, in the form of EXPLAIN.
class PlanReader {
 public:
  /// True if this line is a step that reads all rows of a table, or all of a project.
  bool scans(std::string_view line) {
    const std::size_t on = line.find(" on ");
    if (on != std::string_view::npos)
      relation_ = line.substr(on + 4, line.find(' ', on + 4) - on - 4);
    if (line.find("Seq Scan") != std::string_view::npos) return grows_with_a_project(relation_);
    if (line.find("Hash Join") != std::string_view::npos) return true;
    if (line.find("Merge Join") != std::string_view::npos) return true;
    // Only `(project_id = $1)`, without a second part of the key.
    return line.find("Index Cond: (project_id =") != std::string_view::npos &&
           grows_with_a_project(relation_);
  }

 private:
  std::string relation_;
};

class ExplainingPostgresConnection final : public SqlConnection {
 public:
  explicit ExplainingPostgresConnection(SqlConnection& inner) : inner_(inner) {}

  Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                           const OnRow& on_row) override {
    // The creation of a table has no plan.
    if (!std::string_view(statement.text).starts_with("CREATE")) {
      explain(statement, parameters.size());
    }
    return inner_.run(statement, parameters, on_row);
  }
  Result<void> run_script(const std::string& script) override { return inner_.run_script(script); }

 private:
  /// The generic plan for all parameters, which the sessions of the server use.
  void explain(SqlStatement statement, std::size_t parameters) {
    std::string places;
    for (std::size_t i = 0; i < parameters; ++i) places += i == 0 ? "(NULL" : ", NULL";
    if (!places.empty()) places += ')';
    must(inner_.run_script(fmt::format("PREPARE explained AS {}", statement.text)));
    // Prepared statements are distinguished by address.
    static std::map<std::string, std::string> explanations;
    const auto& text =
        explanations.emplace(places, "EXPLAIN EXECUTE explained" + places).first->second;
    PlanReader reader;
    std::string plan;
    bool scans = false;
    must(inner_.run({text.c_str()}, {}, [&](const SqlRow& row) {
      plan += fmt::format("{}\n", row.text(0));
      if (reader.scans(row.text(0))) scans = true;
    }));
    EXPECT_FALSE(scans) << statement.text << '\n' << plan;
    must(inner_.run_script("DEALLOCATE explained"));
  }

  SqlConnection& inner_;
};

class ExplainingPostgres final : public SqlDatabase {
 public:
  explicit ExplainingPostgres(std::unique_ptr<SqlDatabase> inner) : inner_(std::move(inner)) {}

  Result<void> transact(const Body& body) override { return inner_->transact(explained(body)); }
  Result<void> read(const Body& body) override { return inner_->read(explained(body)); }
  SqlStatement column_list() const override { return inner_->column_list(); }

 private:
  static Body explained(const Body& body) {
    return [&body](SqlConnection& connection) {
      ExplainingPostgresConnection explaining(connection);
      return body(explaining);
    };
  }

  std::unique_ptr<SqlDatabase> inner_;
};

class PostgresPlans : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::require_postgres();
    if (IsSkipped() || HasFatalFailure()) return;
    schema_.emplace();
    const SecretString url{std::string_view(schema_->url())};
    // The first one creates the tables, so that only ordinary statements are checked.
    must(make_sql_store(must(open_postgres(url, {}, log_))));
    testing::run_sql(schema_->url(), kFill);
    schema_->analyze();
    store_ = must(
        make_sql_store(std::make_unique<ExplainingPostgres>(must(open_postgres(url, {}, log_)))));
  }

  template <class Body>
  void transact(Body body) {
    must(store_->transact([&](Transaction& transaction) -> Result<void> {
      body(transaction);
      return {};
    }));
  }

  SilentLogger log_;
  std::optional<testing::PostgresSchema> schema_;
  std::unique_ptr<Store> store_;
  const Uuid project_ = uuid("0192f0c1-7c3e-7a52-9d0e-000000000000");
  const Uuid bot_ = uuid("0192f0c1-7c3e-7a52-9d0e-000000000001");
  const Uuid user_ = uuid("0192f0c1-7c3e-7a52-9d10-000000006001");
  const Uuid role_ = uuid("0192f0c1-7c3e-7a52-9d0e-000000000001");
  const Timestamp now_ = from_unix_millis(1);
};

TEST_F(PostgresPlans, LookUpTheOwnerOfATokenByKey) {
  transact([&](Transaction& transaction) {
    const auto found = must(transaction.client_credentials().find_client_record(
        must(ProjectName::parse("acme")), must(CredentialId::parse("00000000001"))));
    EXPECT_TRUE(found);
    EXPECT_TRUE(must(transaction.find_token_owner(project_, {bot_, bot_, StatusSlot{1}})));
    EXPECT_TRUE(must(transaction.find_token_owner(project_, {user_, bot_, StatusSlot{6001}})));
    must(transaction.signing_keys().find(project_, "kid"));
  });
}

TEST_F(PostgresPlans, ReadOneAndAPageOfMany) {
  transact([&](Transaction& transaction) {
    EXPECT_TRUE(must(transaction.api_users().find(project_, bot_)));
    EXPECT_EQ(must(transaction.api_users().list(project_, {bot_, 100})).items.size(), 100U);
    must(transaction.api_users().find_id(project_, must(Username::parse("bot-1"))));
    EXPECT_TRUE(must(transaction.users().find(project_, user_)));
    must(transaction.users().list(project_, {user_, 100}));
    must(transaction.users().find_user_credential(must(ProjectName::parse("acme")),
                                                  must(Email::parse("6001@example.com"))));
    must(transaction.status_slots().list_invalidated(project_, 0, 0));
  });
}

TEST_F(PostgresPlans, ChangeARoleByKeysOfItsHolders) {
  transact([&](Transaction& transaction) {
    must(transaction.roles().find_owner_level(project_, now_, {}));
    must(transaction.roles().list_holdings(project_, role_));
    must(transaction.client_credentials().list_of_holders(project_, role_, now_));
    must(transaction.sessions().list_of_holders(project_, role_));
    must(transaction.roles().count_holders(project_, role_));
    must(transaction.roles().erase(project_, role_, now_));
  });
}

TEST_F(PostgresPlans, ReachTheHoldersOfARoleByKeys) {
  const RightsChange change{.version = 5,
                            .role = role_,
                            .role_name = "role",
                            .started_at = now_,
                            .holders = 3000,
                            .remaining = 3000,
                            .worker = ""};
  transact([&](Transaction& transaction) {
    EXPECT_TRUE(must(transaction.roles().has_more_holders(project_, role_, 256)));
    must(transaction.rights_changes().insert(project_, change));
    must(transaction.roles().list_of(project_, bot_));
    must(transaction.roles().mark_deleted(project_, role_));
    EXPECT_EQ(must(transaction.rights_changes().list_next()).size(), 1U);
    EXPECT_EQ(must(transaction.rights_changes().total_remaining()), 3000);
    must(transaction.rights_changes().set_worker(project_, 5, "worker"));
    // Many holders in one step, as long as there are any, and then few.
    EXPECT_EQ(must(transaction.rights_changes().run_step(project_, 5, 1000)), 1000);
    std::int64_t reached = 1;
    for (int i = 0; i < 300 && reached > 0; ++i) {
      reached = must(transaction.rights_changes().run_step(project_, 5, 100));
    }
    EXPECT_EQ(reached, 0);
    must(transaction.rights_changes().finish(project_, 5));
    EXPECT_EQ(must(transaction.rights_changes().count(project_)), 0);
  });
}

TEST_F(PostgresPlans, ChangeOneOfMany) {
  transact([&](Transaction& transaction) {
    ApiUserDetails bot = *must(transaction.api_users().find(project_, bot_));
    must(transaction.api_users().update(project_, bot.user));
    must(transaction.api_users().replace_roles(project_, bot_, std::vector{role_}));
    must(transaction.client_credentials().update(project_, bot.secrets.front()));
    must(transaction.status_slots().invalidate(project_, StatusSlot{1}));
    must(transaction.revoked_tokens().count(project_, StatusSlot{1}));
    must(transaction.revoked_tokens().erase(project_, StatusSlot{1}));
    must(transaction.sessions().list_of(project_, user_));
    must(transaction.users().erase(project_, user_));
    must(transaction.api_users().erase(project_, bot_, now_));
  });
}

TEST_F(PostgresPlans, FindDueRowsByIndex) {
  transact([&](Transaction& transaction) {
    EXPECT_EQ(must(transaction.revoked_tokens().erase_expired(now_, 10)), 1);
    must(transaction.sessions().erase_expired(now_, 10));
    must(transaction.client_credentials().list_due(now_, 10));
  });
}

TEST(PlanReader, DistinguishesAScanFromALookup) {
  const auto scans = [](const std::vector<std::string>& plan) {
    PlanReader reader;
    bool any = false;
    for (const std::string& line : plan) any = reader.scans(line) || any;
    return any;
  };
  EXPECT_TRUE(scans({"Seq Scan on client_credentials  (cost=0.00..1.00 rows=1 width=8)"}));
  EXPECT_TRUE(scans({"Hash Join  (cost=0.00..1.00 rows=1 width=8)"}));
  EXPECT_TRUE(
      scans({"->  Index Only Scan using users_pkey on users  (cost=0.12..8.14 rows=1 width=32)",
             "      Index Cond: (project_id = $1)"}));
  EXPECT_TRUE(scans(
      {"->  Bitmap Index Scan on client_credentials_by_slot  (cost=0.00..4.13 rows=9 width=0)",
       "      Index Cond: (project_id = $1)"}));
  EXPECT_FALSE(
      scans({"->  Index Scan using secrets_pkey on client_credentials  (cost=0.55..8.57 rows=1 "
             "width=219)",
             "      Index Cond: ((project_id = $1) AND (id = $2))"}));
  EXPECT_FALSE(scans({"Index Scan using roles_pkey on roles  (cost=0.13..8.15 rows=1 width=148)",
                      "  Index Cond: (project_id = $1)"}));
}

}  // namespace
}  // namespace ptkl::storage
