#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "app/tokens/purge_expired.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

class RevokeToken : public AppFixture {
 protected:
  RevokeToken()
      : bot_(server_.make_api_user("ci-bot", {server_.make_role("writer", "api-users.*")})),
        made_(server_.make_secret(bot_)),
        token_(server_.token_of("ci-bot", made_.secret.text())) {}

  OAuthResult<void> revoke(std::string_view token, const std::string& project = "acme") {
    return revoke_token(server_.context(), {project, "", {"192.0.2.9", "request-2"}}, token);
  }
  /// Deletes the stored revoked tokens and returns their number.
  std::int64_t count_remembered() {
    std::int64_t count = 0;
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      count = expect_done(
          transaction.revoked_tokens().erase_expired(server_.clock.now() + kMaxTokenLifetime, 100));
      return {};
    }));
    return count;
  }

  ApiUserDetails bot_;
  CreatedSecret made_;
  SecretString token_;
};

TEST_F(RevokeToken, IgnoresInvalidTokensAndWritesNothing) {
  server_.make_project("globex");
  const struct {
    const char* what;
    std::string token;
    const char* project;
  } rows[] = {
      {"nothing", "", "acme"},
      {"no token", "abc", "acme"},
      {"a secret", std::string(made_.secret.text().reveal()), "acme"},
      {"a tampered one", std::string(token_.reveal()) + "x", "acme"},
      {"sixty kilobytes", std::string(60'000, 'a'), "acme"},
      {"another project's", std::string(token_.reveal()), "globex"},
      {"an unknown project's", std::string(token_.reveal()), "initech"},
      {"no project's", std::string(token_.reveal()), "../acme"},
  };
  testing::ReadOnlyStore store(*server_.store);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_TRUE(revoke_token(server_.ports_over(store), {row.project, "", "", ""}, row.token));
  }
  server_.clock.advance(1h);
  EXPECT_TRUE(revoke_token(server_.ports_over(store), {"acme", "", "", ""}, token_.reveal()))
      << "expired";
}

TEST_F(RevokeToken, WritesNothingForARevokedToken) {
  ASSERT_TRUE(revoke(token_.reveal()));
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_TRUE(revoke_token(server_.ports_over(store), {"acme", "", "", ""}, token_.reveal()));
}

TEST_F(RevokeToken, DoesNotRevokeATokenInAnotherProjectsName) {
  server_.make_project("globex");
  ASSERT_TRUE(revoke(token_.reveal(), "globex"));
  EXPECT_TRUE(server_.is_valid(token_));
}

TEST_F(RevokeToken, RevokesThatTokenOnly) {
  const SecretString other = server_.token_of("ci-bot", made_.secret.text());
  ASSERT_TRUE(revoke(token_.reveal()));
  EXPECT_FALSE(server_.is_valid(token_));
  EXPECT_TRUE(server_.is_valid(other));
  EXPECT_TRUE(server_.is_valid(server_.token_of("ci-bot", made_.secret.text())));
}

TEST_F(RevokeToken, RevokesATokenForAnotherAudience) {
  TokenRequest token_request = server_.token_request("ci-bot", made_.secret.text());
  token_request.resource = "https://api.example.com";
  const auto issued = issue_token(server_.context(), std::move(token_request));
  ASSERT_TRUE(issued);
  ASSERT_TRUE(revoke(issued->access_token.reveal()));
  EXPECT_EQ(count_remembered(), 1);
}

TEST_F(RevokeToken, StopsAnActorThatWasAuthenticatedBefore) {
  const Actor actor = server_.actor_of("ci-bot", made_.secret.text());
  const SecretString token = server_.token_of("ci-bot", made_.secret.text());
  const Actor revoked = expect_done(authenticate(server_.context(), "acme", token.reveal()));
  ASSERT_TRUE(revoke(token.reveal()));
  EXPECT_EQ(
      code_of(create_api_user(server_.context(), revoked, {testing::username("made"), "", {}})),
      ErrorCode::unauthenticated);
  EXPECT_TRUE(create_api_user(server_.context(), actor, {testing::username("made"), "", {}}));
}

TEST_F(RevokeToken, ReportsThatTheTokenStaysValidWhenNothingCouldBeWritten) {
  const struct {
    const char* what;
    ErrorCode fault;
    OAuthErrorCode answer;
  } rows[] = {
      {"not there", ErrorCode::unavailable, OAuthErrorCode::temporarily_unavailable},
      {"broken", ErrorCode::internal, OAuthErrorCode::server_error},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    testing::FailingStore store(*server_.store, row.fault);
    EXPECT_EQ(
        code_of(revoke_token(server_.ports_over(store), {"acme", "", "", ""}, token_.reveal())),
        row.answer);
    EXPECT_TRUE(server_.is_valid(token_));
  }
}

TEST_F(RevokeToken, LogsTheIdOfTheTokenAndNotTheToken) {
  ASSERT_TRUE(revoke(token_.reveal()));
  const auto line = server_.log.lines().back();
  EXPECT_EQ(line.level, LogLevel::info);
  EXPECT_THAT(line.fields, ::testing::IsSupersetOf(
                               {std::pair<const std::string, std::string>("client_id", "ci-bot"),
                                {"source", "192.0.2.9"},
                                {"request_id", "request-2"}}));
  EXPECT_EQ(server_.log.text().find(token_.reveal()), std::string::npos);
}

class TooManyRevokedTokens : public RevokeToken {
 protected:
  /// Stores that many revoked tokens of the bot's secret.
  void remember(std::int64_t count) {
    const Project& project = server_.acme->project;
    const RevokedToken revoked{{}, made_.record.slot, server_.clock.now() + 1h};
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      for (std::int64_t i = 0; i < count; ++i) {
        RevokedToken one = revoked;
        one.id = server_.random_source.make_uuid(server_.clock.now());
        auto done = transaction.revoked_tokens().insert(project.id, one);
        if (!done) return done;
      }
      return {};
    }));
  }
};

TEST_F(TooManyRevokedTokens, RevokeAllTokensOfTheirSecret) {
  remember(kMaxRevokedTokens);
  const SecretString other = server_.token_of("ci-bot", made_.secret.text());
  ASSERT_TRUE(revoke(token_.reveal()));
  EXPECT_FALSE(server_.is_valid(token_));
  EXPECT_FALSE(server_.is_valid(other));
  EXPECT_EQ(count_remembered(), 0);
}

TEST_F(TooManyRevokedTokens, LeaveTheSecretAndOtherSecretsValid) {
  const SecretString owner = server_.token_of("owner", server_.acme->secret.text());
  remember(kMaxRevokedTokens);
  ASSERT_TRUE(revoke(token_.reveal()));
  EXPECT_TRUE(server_.is_valid(owner));
  EXPECT_TRUE(server_.is_valid(server_.token_of("ci-bot", made_.secret.text())));
}

TEST_F(TooManyRevokedTokens, AreMoreThanTheMaximum) {
  remember(kMaxRevokedTokens - 1);
  const SecretString other = server_.token_of("ci-bot", made_.secret.text());
  ASSERT_TRUE(revoke(token_.reveal()));
  EXPECT_TRUE(server_.is_valid(other));
}

class PurgeExpiredTokens : public RevokeToken {
 protected:
  WorkLeft purge_over(Store& store) {
    return expect_done(purge_expired_tokens(store, server_.clock.now()));
  }
  void forget() { EXPECT_EQ(purge_over(*server_.store), WorkLeft::none); }
  void remember_expired(int tokens) {
    const Uuid project = server_.acme->project.id;
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      for (int i = 0; i < tokens; ++i) {
        const Uuid token = server_.random_source.make_uuid(server_.clock.now());
        auto done = transaction.revoked_tokens().insert(project, {token, {1}, server_.clock.now()});
        if (!done) return done;
      }
      return {};
    }));
    server_.clock.advance(1h);
  }
};

TEST_F(PurgeExpiredTokens, KeepsTokensUntilSomeMinutesAfterTheirExpiry) {
  ASSERT_TRUE(revoke(token_.reveal()));
  server_.clock.advance(1h + 4min);
  forget();
  EXPECT_EQ(count_remembered(), 1);
}

TEST_F(PurgeExpiredTokens, DeletesAllExpiredTokens) {
  ASSERT_TRUE(revoke(token_.reveal()));
  server_.clock.advance(30min);
  const SecretString later = server_.token_of("ci-bot", made_.secret.text());
  ASSERT_TRUE(revoke(later.reveal()));
  server_.clock.advance(40min);
  forget();
  EXPECT_FALSE(server_.is_valid(later));
  EXPECT_EQ(count_remembered(), 1) << "the later one";
}

TEST_F(PurgeExpiredTokens, DeletesAnyNumberInSmallTransactions) {
  remember_expired(1200);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(purge_over(store), WorkLeft::none);
  EXPECT_GE(store.transactions(), 3);
  EXPECT_EQ(count_remembered(), 0);
}

TEST_F(PurgeExpiredTokens, DeletesManyInParts) {
  remember_expired(10'200);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(purge_over(store), WorkLeft::some);
  EXPECT_EQ(store.transactions(), 20);
  EXPECT_EQ(purge_over(store), WorkLeft::none);
  EXPECT_EQ(store.transactions(), 21);
  EXPECT_EQ(count_remembered(), 0);
}

/// Two servers that delete the same rows would only repeat each other's work.
TEST_F(PurgeExpiredTokens, LeavesTokensToAnotherServerWithWhichItCollides) {
  remember_expired(2000);
  testing::CountingStore counting(*server_.store);
  int collisions = 0;
  class Colliding final : public Store {
   public:
    Colliding(Store& inner, int& collisions) : inner_(inner), collisions_(collisions) {}
    Result<void> transact(const Body& body) override {
      ++collisions_;
      return testing::CollidingStore(inner_).transact(body);
    }
    Result<void> read(const Body& body) override { return inner_.read(body); }

   private:
    Store& inner_;
    int& collisions_;
  } store(counting, collisions);
  EXPECT_EQ(purge_over(store), WorkLeft::none);
  EXPECT_EQ(collisions, 3);
  EXPECT_EQ(count_remembered(), 100) << "as many as it counts";
}

TEST_F(PurgeExpiredTokens, ReportsErrorsOfTheStore) {
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(purge_expired_tokens(store, server_.clock.now())), ErrorCode::unavailable);
}

}  // namespace
}  // namespace ptkl::app
