// Lookups that share batches. The conformance suite tests everything else.
#include "storage/postgres/batched_lookups.h"

#include <array>
#include <atomic>
#include <functional>
#include <sstream>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "storage/conformance/store_conformance.h"
#include "storage/postgres/lookup_batch.h"
#include "storage/silent_logger.h"
#include "storage/sql/store.h"
#include "support/eventually.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

using ptkl::testing::eventually;
using std::chrono::milliseconds;

std::unique_ptr<PostgresLookups> open_lookups(const std::string& url, LookupOptions options = {}) {
  auto lookups = open_postgres_lookups(SecretString(std::string_view(url)), options, silent);
  if (!lookups) throw std::runtime_error(lookups.error().message);
  return std::move(*lookups);
}

/// Sets the flag on destruction, however the test ends, so that threads that wait for it end.
class SetOnExit {
 public:
  explicit SetOnExit(std::atomic<bool>& flag) : flag_(flag) {}
  SetOnExit(const SetOnExit&) = delete;
  SetOnExit& operator=(const SetOnExit&) = delete;
  ~SetOnExit() { flag_ = true; }

 private:
  std::atomic<bool>& flag_;
};

/// Runs `body` on a new thread. An exception fails the test.
std::jthread on_thread(std::function<void()> body) {
  return std::jthread([body = std::move(body)] {
    try {
      body();
    } catch (const std::exception& thrown) {
      ADD_FAILURE() << thrown.what();
    }
  });
}

/// Two projects with the same API users `bot-0` …, with the n-th secret in the n-th slot, and one key.
class PostgresLookupsTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kApiUsers = 20;

  void SetUp() override {
    ptkl::testing::require_postgres();
    if (IsSkipped() || HasFatalFailure()) return;
    schema_.emplace();
    auto database = open_postgres(SecretString(std::string_view(schema_->url())), {}, silent);
    ASSERT_TRUE(database);
    auto store = make_sql_store(std::move(*database));
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    for (const Project& project : projects_)
      write([&](Transaction& t) { return fill(t, project); });
    lookups_ = open_lookups(url());
  }

  void write(const Store::Body& body) {
    const auto written = store_->transact(body);
    ASSERT_TRUE(written) << written.error().message;
  }

  static Result<void> fill(Transaction& t, const Project& project) {
    auto filled = t.projects().insert(project);
    if (filled) filled = t.signing_keys().insert(make_signing_key(project.id, kid_of(project)));
    if (filled) filled = t.roles().insert(project.id, make_role(kRole, "reader", "a.read"));
    for (std::uint32_t n = 0; filled && n < kApiUsers; ++n) filled = add_api_user(t, project, n);
    return filled;
  }

  static Result<void> add_api_user(Transaction& t, const Project& project, std::uint32_t n) {
    auto added =
        t.api_users().insert(project.id, make_api_user(id_of(n), fmt::format("bot-{}", n)));
    if (added) added = t.api_users().replace_roles(project.id, id_of(n), std::array{kRole});
    if (!added) return added;
    if (auto allocated = t.status_slots().allocate(project.id, {n}); !allocated) {
      return failure(allocated.error());
    }
    return t.client_credentials().insert(project.id, make_secret(n, id_of(n)));
  }

  static Uuid id_of(std::uint32_t n) { return uuid(100 + n); }
  static std::string kid_of(const Project& project) { return project.name.text() + "-key"; }
  static TokenReference token_of(std::uint32_t n) { return {id_of(n), uuid(5000 + n), {n}}; }

  /// The n-th lookup of every kind, in both projects, of existing and unknown objects. Checks that the answer
  /// belongs to the lookup.
  void look_up(std::uint32_t n) {
    const Project& project = projects_[n % 2];
    const std::uint32_t user = n % (kApiUsers + 3);
    const bool exists = user < kApiUsers;
    const auto client = done(lookups_->find_client(project.name, secret_id(user)));
    ASSERT_EQ(client.has_value(), exists);
    if (client) {
      EXPECT_EQ(client->record.project.id, project.id);
      EXPECT_EQ(client->record.user.id, id_of(user));
      EXPECT_EQ(client->record.credential.id, secret_id(user));
      EXPECT_EQ(client->held.roles.size(), 1U);
    }
    const auto owner = done(lookups_->find_token_owner(project.id, token_of(user)));
    ASSERT_EQ(owner.has_value(), exists);
    if (owner) {
      EXPECT_EQ(owner->principal.id, id_of(user));
      EXPECT_EQ(owner->credential, secret_id(user).text());
      EXPECT_EQ(owner->held.roles.size(), 1U);
    }
    const auto key = done(lookups_->find_verification_key(project.name, kid_of(project)));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->key.kid, kid_of(project));
    EXPECT_EQ(key->key.project, project.id);
  }

  /// Calls `body` with 0, 1, 2, … on `count` threads.
  static void on_threads(std::uint32_t threads, const std::function<void(std::uint32_t)>& body) {
    std::vector<std::jthread> running;
    for (std::uint32_t i = 0; i < threads; ++i) {
      running.push_back(on_thread([&body, i] { body(i); }));
    }
  }

  /// Ends the sessions of `lookups_`.
  void kill_sessions() const {
    ptkl::testing::run_sql(schema_->url(),
                           "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                           " WHERE application_name = '" +
                               schema_->name() + "'");
  }

  std::string url() const { return schema_->url() + "&application_name=" + schema_->name(); }

  std::optional<ptkl::testing::PostgresSchema> schema_;
  std::vector<Project> projects_{make_project(uuid(1), "acme"), make_project(uuid(2), "other")};
  std::unique_ptr<Store> store_;
  std::unique_ptr<PostgresLookups> lookups_;
};

TEST_F(PostgresLookupsTest, ReturnEachAnswerToItsCaller) {
  on_threads(16, [this](std::uint32_t thread) {
    for (std::uint32_t n = 0; n < 100; ++n) look_up(thread * 7 + n);
  });
}

// While the first batch, of one lookup, waits for a lock, all others collect for the second one.
TEST_F(PostgresLookupsTest, ShareRoundTripsUnderLoad) {
  constexpr std::uint32_t kThreads = 32;
  lookups_ = open_lookups(
      url(), {.sessions = 1, .max_batches_in_flight = 1, .timeout = std::chrono::minutes(5)});
  look_up(0);
  const LookupCounts before = lookups_->counts();
  std::vector<std::jthread> asking;
  const auto ask = [&](std::uint32_t n) {
    asking.push_back(on_thread([this, n] {
      const Project& project = projects_[n % 2];
      const auto key = done(lookups_->find_verification_key(project.name, kid_of(project)));
      EXPECT_EQ(key.value().key.kid, kid_of(project));
    }));
  };
  ptkl::testing::PostgresSession locking(schema_->url());
  locking.run("BEGIN; LOCK TABLE signing_keys IN ACCESS EXCLUSIVE MODE");
  ask(0);
  ASSERT_TRUE(eventually([&] {
    return locking.run(
               "SELECT count(*) FROM pg_locks WHERE relation = 'signing_keys'::regclass"
               " AND NOT granted") == "1";
  }));
  for (std::uint32_t n = 1; n < kThreads; ++n) ask(n);
  ASSERT_TRUE(eventually([&] { return lookups_->counts().lookups == before.lookups + kThreads; }));
  locking.run("COMMIT");
  asking.clear();
  EXPECT_EQ(lookups_->counts().batches, before.batches + 2);
}

TEST_F(PostgresLookupsTest, SendEachLookupImmediatelyWithoutLoad) {
  look_up(0);
  EXPECT_EQ(lookups_->counts().lookups, 3U);
  EXPECT_EQ(lookups_->counts().batches, 3U);
}

// Any client can send a token with such a kid.
TEST_F(PostgresLookupsTest, FindNoKeyForAMalformedKidWithoutAffectingOthers) {
  const std::vector<std::string> strange = {"",
                                            std::string("\0", 1),
                                            std::string("acme-key\0", 9),
                                            "\xff",
                                            "\xc3",
                                            "\xed\xa0\x80",
                                            "\"",
                                            "\\",
                                            "{}",
                                            "NULL",
                                            "{",
                                            ",",
                                            "a\",\"b",
                                            "'; DROP TABLE projects; --",
                                            std::string(100'000, 'x')};
  std::atomic<bool> stop = false;
  const auto neighbour = on_thread([&] {
    for (std::uint32_t n = 0; !stop; ++n) look_up(n);
  });
  const SetOnExit stopping(stop);
  for (int round = 0; round < 10; ++round) {
    for (const std::string& kid : strange) {
      EXPECT_FALSE(done(lookups_->find_verification_key(projects_[0].name, kid)))
          << kid.substr(0, 20);
    }
  }
}

TEST_F(PostgresLookupsTest, FindAKeyWhoseKidHasToBeQuoted) {
  for (const char* kid : {"\"", "\\", "a,b", "{}", "NULL", "\u00e4 \u20ac", " "}) {
    SCOPED_TRACE(kid);
    SigningKeyDetails key = make_signing_key(projects_[0].id, kid);
    key.status = SigningKeyStatus::retired;
    key.retired_at = moment(5);
    write([&](Transaction& t) { return t.signing_keys().insert(key); });
    const auto found = done(lookups_->find_verification_key(projects_[0].name, kid));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->key.kid, kid);
  }
}

// An unreadable row is an error only for its own caller.
TEST_F(PostgresLookupsTest, FailForABrokenRowAlone) {
  ptkl::testing::run_sql(schema_->url(), "UPDATE client_credentials SET hash = '?' WHERE slot = 3");
  on_threads(8, [this](std::uint32_t thread) {
    for (std::uint32_t n = 0; n < 50; ++n) {
      const std::uint32_t user = (thread + n) % 5;
      const auto client = lookups_->find_client(projects_[0].name, secret_id(user));
      ASSERT_EQ(client.has_value(), user != 3);
      if (user == 3) {
        EXPECT_EQ(client.error().code, ErrorCode::internal);
      }
    }
  });
}

// A view replaces the table, so that the statement fails for one lookup of the batch.
TEST_F(PostgresLookupsTest, RetryIndividuallyWhenABatchFails) {
  ptkl::testing::run_sql(
      schema_->url(),
      "ALTER TABLE signing_keys RENAME TO kept_keys;"
      "CREATE VIEW signing_keys AS SELECT project_id, kid, algorithm, wrapped_key,"
      " CASE WHEN kid = 'other-key' THEN (1 / (length(kid) - 9))::text"
      " ELSE public_jwk END AS public_jwk, active, created_at FROM kept_keys");
  lookups_ = open_lookups(url(), {.sessions = 1, .max_batches_in_flight = 1});
  on_threads(8, [this](std::uint32_t thread) {
    for (std::uint32_t n = 0; n < 30; ++n) {
      const Project& project = projects_[(thread + n) % 2];
      const auto key = lookups_->find_verification_key(project.name, kid_of(project));
      ASSERT_EQ(key.has_value(), project.name.text() == "acme");
      if (!key) {
        EXPECT_EQ(key.error().code, ErrorCode::internal);
      }
    }
  });
}

TEST_F(PostgresLookupsTest, SeeEveryChangeThatHasReturned) {
  // Other threads keep batches in progress.
  std::atomic<bool> stop = false;
  std::vector<std::jthread> neighbours;
  for (std::uint32_t i = 0; i < 4; ++i) {
    neighbours.push_back(on_thread([this, &stop, i] {
      for (std::uint32_t n = i; !stop; ++n) look_up(n);
    }));
  }
  const SetOnExit stopping(stop);
  const Uuid acme = projects_[0].id;
  for (std::uint32_t n = 0; n < 1000; ++n) {
    const TokenReference token{id_of(1), uuid(10'000 + n), {1}};
    ASSERT_TRUE(done(lookups_->find_token_owner(acme, token)).value().token_active);
    write([&](Transaction& t) {
      return t.revoked_tokens().insert(acme, {token.id, {1}, moment(3600)});
    });
    ASSERT_FALSE(done(lookups_->find_token_owner(acme, token)).value().token_active) << n;
  }
}

// A client and its roles are read at one moment: two reads would find neither role, or both.
TEST_F(PostgresLookupsTest, ReadAClientAndItsRolesInOneSnapshot) {
  const Uuid acme = projects_[0].id;
  write(
      [&](Transaction& t) { return t.roles().insert(acme, make_role(kOtherRole, "writer", "b")); });
  std::atomic<bool> stop = false;
  // The version is odd exactly while the client has the other role.
  const auto changer = on_thread([&] {
    for (std::int64_t version = 1; !stop; ++version) {
      write([&](Transaction& t) -> Result<void> {
        ApiUser bot = make_api_user(id_of(1), "bot-1");
        bot.version = version;
        if (auto updated = t.api_users().update(acme, bot); !updated) return updated;
        return t.api_users().replace_roles(acme, bot.id,
                                           std::array{version % 2 == 1 ? kOtherRole : kRole});
      });
    }
  });
  const SetOnExit stopping(stop);
  on_threads(4, [&](std::uint32_t) {
    std::int64_t seen = 0;
    for (int n = 0; n < 500; ++n) {
      const ClientWithRoles client =
          done(lookups_->find_client(projects_[0].name, secret_id(1))).value();
      const std::int64_t version = client.record.user.version;
      ASSERT_EQ(client.held.roles.size(), 1U);
      if (version > 1) {
        EXPECT_EQ(client.held.roles.front().id == kOtherRole, version % 2 == 1);
      }
      EXPECT_GE(version, seen);
      seen = version;
    }
  });
}

// Sessions are killed repeatedly, in the middle of batches. No caller gets a wrong answer; callers whose
// sessions were killed each time get `unavailable`.
TEST_F(PostgresLookupsTest, RecoverWhenTheirSessionsAreTerminated) {
  constexpr int kKills = 10;
  constexpr int kAnswersBetweenKills = 50;
  std::atomic<bool> has_failed = false;
  std::atomic<bool> killing_has_ended = false;
  std::atomic<int> answers = 0;
  const auto killer = on_thread([&] {
    const SetOnExit ended(killing_has_ended);
    for (int kills = 0; kills < kKills && !has_failed; ++kills) {
      kill_sessions();
      const int enough = answers + kAnswersBetweenKills;
      if (!eventually([&] { return has_failed || answers >= enough; })) {
        throw std::runtime_error("there are no further answers");
      }
    }
  });
  const SetOnExit failed(has_failed);
  on_threads(8, [&](std::uint32_t thread) {
    for (std::uint32_t n = 0; !killing_has_ended; ++n) {
      const std::uint32_t user = (thread + n) % kApiUsers;
      const auto client = lookups_->find_client(projects_[0].name, secret_id(user));
      if (!client) {
        ASSERT_EQ(client.error().code, ErrorCode::unavailable) << client.error().message;
        std::this_thread::sleep_for(milliseconds(1));
        continue;
      }
      ASSERT_TRUE(*client);
      ASSERT_EQ((*client)->record.user.id, id_of(user));
      ++answers;
    }
  });
}

// An operator fences a former primary, whose sessions stay open, while a batch is read.
TEST_F(PostgresLookupsTest, RejectAnswersOfAServerThatBecameReadOnly) {
  look_up(1);
  ptkl::testing::run_sql(
      schema_->url(),
      "ALTER TABLE signing_keys RENAME TO kept_keys;"
      "CREATE VIEW signing_keys AS SELECT project_id, kid, algorithm, wrapped_key, public_jwk"
      " || left(set_config('default_transaction_read_only', 'on', false), 0) AS public_jwk,"
      " active, created_at FROM kept_keys");
  for (int n = 0; n < 3; ++n) {
    const auto key = lookups_->find_verification_key(projects_[0].name, kid_of(projects_[0]));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::unavailable);
  }
}

TEST_F(PostgresLookupsTest, RejectAServerThatAcceptsNoWrites) {
  lookups_ = open_lookups(schema_->url() + "%20-cdefault_transaction_read_only%3Don");
  const auto client = lookups_->find_client(projects_[0].name, secret_id(1));
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::unavailable);
}

TEST_F(PostgresLookupsTest, FailImmediatelyWhenTheDatabaseIsUnreachable) {
  lookups_ = open_lookups("postgresql://unknown@127.0.0.1:1/nothing");
  on_threads(4, [this](std::uint32_t) {
    for (int n = 0; n < 100; ++n) {
      const auto client = lookups_->find_client(projects_[0].name, secret_id(1));
      ASSERT_FALSE(client);
      EXPECT_EQ(client.error().code, ErrorCode::unavailable);
    }
  });
}

TEST(PostgresLookups, RejectAnInvalidUrl) {
  const auto lookups =
      open_postgres_lookups(SecretString(std::string_view("mysql://secret@host/db")), {}, silent);
  ASSERT_FALSE(lookups);
  EXPECT_EQ(lookups.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(lookups.error().message.find("secret"), std::string::npos);
}

/// The plan by which a session of the server runs it, for any parameters.
std::string plan_of(SqlDatabase& database, const SharedStatement& statement) {
  const std::string_view name = statement.name;
  const char* parameters = name == "owners" ? "'{}', '{}', '{}', '{}'" : "'{}', '{}'";
  const std::string explain = fmt::format("EXPLAIN EXECUTE probe ({})", parameters);
  std::string plan;
  const auto read = database.read([&](SqlConnection& connection) -> Result<void> {
    auto prepared = connection.run_script(fmt::format("PREPARE probe AS {}", statement.text));
    if (!prepared) return prepared;
    const auto add = [&](const SqlRow& row) { plan += fmt::format("{}\n", row.text(0)); };
    if (auto run = connection.run({explain.c_str()}, {}, add); !run) return failure(run.error());
    return connection.run_script("DEALLOCATE probe");
  });
  if (!read) throw std::runtime_error(read.error().message);
  return plan;
}

constexpr const char* kGrow = R"(
INSERT INTO status_slots SELECT id, number, 0 FROM projects, generate_series(1000, 5000) AS number;
INSERT INTO revoked_tokens SELECT id, 'jti-' || number, number, 0
  FROM projects, generate_series(1, 3000) AS number;
INSERT INTO users (project_id, id, email, password_hash, version, created_at, updated_at, last_sign_in_from)
  SELECT id, 'user-' || number, number || '@example.com', 'hash', 1, 0, 0, ''
  FROM projects, generate_series(1000, 5000) AS number;
INSERT INTO user_roles SELECT users.project_id, users.id, roles.id
  FROM users JOIN roles ON roles.project_id = users.project_id;
INSERT INTO sessions SELECT project_id, 'session-' || id, id, substr(id, 6)::bigint, 0, 0 FROM users;
INSERT INTO api_users SELECT projects.id, 'bot-' || number, 'robot-' || number, '', 'active', 1, 0, 0
  FROM projects, generate_series(1000, 5000) AS number;
INSERT INTO api_user_roles SELECT api_users.project_id, api_users.id, roles.id
  FROM api_users JOIN roles ON roles.project_id = api_users.project_id
  WHERE api_users.username LIKE 'robot-%';
INSERT INTO client_credentials (project_id, id, api_user_id, number, hash, hint, label, slot, created_at, last_used_from)
  SELECT project_id, 'secret-' || id, id, 1, '', '', '', substr(id, 5)::bigint, 0, ''
  FROM api_users WHERE username LIKE 'robot-%')";

/// True when a step reads more than one row of a key, except for the roles of a holder; a project has few
/// roles.
bool scans(const std::string& plan) {
  std::istringstream lines(plan);
  bool reads_roles = false;
  for (std::string line; std::getline(lines, line);) {
    const auto has = [&line](const char* what) { return line.find(what) != std::string::npos; };
    if (has(" on ")) reads_roles = has(" on roles");
    if (has("Seq Scan") || has("Hash") || has("Merge") || has("Bitmap") || has("Sort")) return true;
    const bool reads_a_whole_project =
        line.ends_with("Index Cond: (project_id = wanted.project_id)");
    if (has("Filter: (jti") || (reads_a_whole_project && !reads_roles)) return true;
  }
  return false;
}

void expect_lookups_by_key(const ptkl::testing::PostgresSchema& schema) {
  const auto database =
      done(open_postgres(SecretString(std::string_view(schema.url())), {}, silent));
  for (const SharedStatement& statement : shared_statements()) {
    const std::string plan = plan_of(*database, statement);
    EXPECT_FALSE(scans(plan)) << statement.name << '\n' << plan;
  }
}

// Before and after the planner has learned that the tables have grown.
TEST_F(PostgresLookupsTest, ReadNoWholeTable) {
  schema_->analyze();
  ptkl::testing::run_sql(schema_->url(), kGrow);
  expect_lookups_by_key(*schema_);
  schema_->analyze();
  expect_lookups_by_key(*schema_);
}

}  // namespace
}  // namespace ptkl::storage
