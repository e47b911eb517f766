#include "app/api_users/secrets.h"

#include <gmock/gmock.h>

#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;

class Secrets : public AppFixture {
 protected:
  Secrets() : bot_(server_.make_api_user("bot")) {}

  CreatedSecret make(std::chrono::seconds overlap = 0s) {
    return server_.make_secret(bot_, {.overlap = overlap, .expires_in = {}, .label = ""});
  }
  Result<CreatedSecret> try_make(const CreateSecret& request) {
    return app::create_secret(server_.context(), server_.owner(), bot_.user.id, request);
  }
  Result<std::vector<RevokedSecret>> revoke(const CredentialId& id) {
    return revoke_secret(server_.context(), server_.owner(), bot_.user.id, id);
  }
  Result<std::vector<RevokedSecret>> revoke_all() {
    return revoke_secrets(server_.context(), server_.owner(), bot_.user.id);
  }
  bool works(const CreatedSecret& made) {
    return issue_token(server_.context(), server_.token_request("bot", made.secret.text()))
        .has_value();
  }
  /// Newest first.
  std::vector<CredentialStatus> statuses() {
    std::vector<CredentialStatus> all;
    for (const ClientCredential& secret : server_.read(bot_.user.id).secrets) {
      all.push_back(secret.status(server_.clock.now()));
    }
    return all;
  }

  ApiUserDetails bot_;
};

TEST_F(Secrets, RequireTheirPermissions) {
  const CreatedSecret made = make();
  const Actor reader = server_.make_actor("reader", "api-users.read");
  const Actor maker = server_.make_actor("maker", "api-users.secrets");
  const AppContext context = server_.context();
  const Uuid& id = bot_.user.id;
  EXPECT_EQ(code_of(list_secrets(context, maker, id)), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(app::create_secret(context, reader, id, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(revoke_secret(context, reader, id, made.record.id)),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(revoke_secrets(context, reader, id)), ErrorCode::permission_denied);

  EXPECT_TRUE(list_secrets(context, reader, id));
  EXPECT_TRUE(app::create_secret(context, maker, id, {}));
  EXPECT_TRUE(revoke_secret(context, maker, id, made.record.id));
  EXPECT_TRUE(revoke_secrets(context, maker, id));
}

TEST_F(Secrets, HideOtherProjects) {
  const CreatedProject other = server_.make_project("globex");
  const AppContext context = server_.context();
  const Actor owner = server_.owner();
  for (const Uuid& id : {other.owner.id, testing::unknown_uuid()}) {
    SCOPED_TRACE(id.text());
    EXPECT_EQ(code_of(list_secrets(context, owner, id)), ErrorCode::not_found);
    EXPECT_EQ(code_of(app::create_secret(context, owner, id, {})), ErrorCode::not_found);
    EXPECT_EQ(code_of(revoke_secrets(context, owner, id)), ErrorCode::not_found);
    EXPECT_EQ(code_of(revoke_secret(context, owner, id, other.secret.id())), ErrorCode::not_found);
  }
}

TEST_F(Secrets, AreNotRevokedThroughAnotherApiUser) {
  make();
  EXPECT_EQ(code_of(revoke(server_.acme->secret.id())), ErrorCode::not_found);
  EXPECT_EQ(code_of(revoke(Secret::make(server_.random_source).id())), ErrorCode::not_found);
}

TEST_F(Secrets, AreNotCreatedWithValuesOutOfBounds) {
  const struct {
    const char* what;
    CreateSecret request;
    const char* field;
  } rows[] = {
      {"a negative overlap", {-1s, {}, ""}, "overlap_seconds"},
      {"an overlap over 30 days", {kMaxOverlap + 1s, {}, ""}, "overlap_seconds"},
      {"an endless overlap", {std::chrono::seconds::max(), {}, ""}, "overlap_seconds"},
      {"an expiry of zero", {0s, 0s, ""}, "expires_in"},
      {"a negative expiry", {0s, -60s, ""}, "expires_in"},
      {"an expiry under a minute", {0s, 59s, ""}, "expires_in"},
      {"an expiry over 10 years", {0s, kMaxSecretLifetime + 1s, ""}, "expires_in"},
      {"an idleness without overlap", {0s, {}, "", 60s}, "until_idle_seconds"},
      {"an idleness under a minute", {1h, {}, "", 59s}, "until_idle_seconds"},
      {"a negative idleness", {1h, {}, "", -60s}, "until_idle_seconds"},
      {"an idleness longer than the overlap", {1h, {}, "", 3601s}, "until_idle_seconds"},
      {"a label of two lines", {0s, {}, "a\nb"}, "label"},
      {"a label that is too long", {0s, {}, std::string(201, 'a')}, "label"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto refused = try_make(row.request);
    ASSERT_EQ(code_of(refused), ErrorCode::invalid_argument);
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields.front().field, row.field);
  }
  EXPECT_TRUE(server_.read(bot_.user.id).secrets.empty());
  EXPECT_TRUE(try_make({kMaxOverlap, kMaxSecretLifetime, std::string(200, 'a')}));
  EXPECT_TRUE(try_make({1s, kMinSecretLifetime, ""}));
  EXPECT_TRUE(try_make({60s, {}, "", 60s}));
}

TEST_F(Secrets, AreNotCreatedForADisabledApiUser) {
  const UpdateApiUser disabled{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot_.user.id, disabled, {}));
  EXPECT_EQ(code_of(try_make({})), ErrorCode::conflict);
}

TEST_F(Secrets, AreLimitedToFiveLiveOnes) {
  for (std::size_t i = 0; i < kMaxLiveSecrets; ++i) make(1h);
  EXPECT_EQ(code_of(try_make({1h, {}, ""})), ErrorCode::conflict);
  EXPECT_TRUE(try_make({})) << "without overlap only the new one is left";
  EXPECT_TRUE(try_make({1h, {}, ""}));
}

TEST_F(Secrets, CountTowardsTheLimitOnlyWhileLive) {
  for (std::size_t i = 0; i < kMaxLiveSecrets; ++i) make(1h);
  server_.clock.advance(1h);
  EXPECT_TRUE(try_make({1h, {}, ""}));
}

TEST_F(Secrets, AreStoredWithoutTheirText) {
  const auto made = try_make({0s, 90 * 24h, "for the pipeline"});
  ASSERT_TRUE(made);
  const auto listed = list_secrets(server_.context(), server_.owner(), bot_.user.id);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  const ClientCredential& record = listed->front();
  EXPECT_EQ(record.id, made->secret.id());
  EXPECT_EQ(std::get<SharedSecret>(record.verifier).hint, made->secret.hint());
  EXPECT_EQ(record.label, "for the pipeline");
  EXPECT_EQ(record.created_at, server_.clock.now());
  EXPECT_EQ(record.expires_at, server_.clock.now() + 90 * 24h);
  EXPECT_EQ(std::get<SharedSecret>(record.verifier).hash,
            server_.secret_hasher->hash(made->secret));
}

TEST_F(Secrets, ReplaceAllEarlierOnesImmediatelyWithoutOverlap) {
  const CreatedSecret first = make();
  const CreatedSecret second = make(1h);
  server_.clock.advance(1s);
  const CreatedSecret third = make();
  EXPECT_FALSE(works(first));
  EXPECT_FALSE(works(second));
  EXPECT_TRUE(works(third));
  ASSERT_EQ(third.replaced.size(), 2U);
  for (const ReplacedSecret& replaced : third.replaced) {
    EXPECT_EQ(replaced.works_until, server_.clock.now());
  }
}

TEST_F(Secrets, ReplaceTheCurrentOneAfterTheOverlap) {
  const CreatedSecret first = make();
  const CreatedSecret second = make(1h);
  ASSERT_EQ(second.replaced.size(), 1U);
  EXPECT_EQ(second.replaced.front().id, first.record.id);
  EXPECT_EQ(second.replaced.front().works_until, server_.clock.now() + 1h);
  EXPECT_THAT(statuses(),
              ::testing::ElementsAre(CredentialStatus::current, CredentialStatus::overlapping));
  server_.clock.advance(1h - 1s);
  EXPECT_TRUE(works(first));
  server_.clock.advance(1s);
  EXPECT_FALSE(works(first));
  EXPECT_TRUE(works(second));
}

TEST_F(Secrets, KeepTheirOwnEndInAFurtherOverlap) {
  const CreatedSecret first = make();
  make(2h);
  const CreatedSecret third = make(1h);
  ASSERT_EQ(third.replaced.size(), 2U);
  for (const ReplacedSecret& replaced : third.replaced) {
    const auto until = replaced.id == first.record.id ? 2h : 1h;
    EXPECT_EQ(replaced.works_until, server_.clock.now() + until);
  }
}

TEST_F(Secrets, ExpireAsPlannedDuringAnOverlap) {
  const auto first = try_make({0s, 10min, ""});
  ASSERT_TRUE(first);
  const CreatedSecret second = make(1h);
  ASSERT_EQ(second.replaced.size(), 1U);
  EXPECT_EQ(second.replaced.front().works_until, first->record.expires_at);
}

TEST_F(Secrets, IncrementTheVersionOfTheirApiUser) {
  server_.clock.advance(1s);
  const CreatedSecret made = make();
  EXPECT_EQ(made.user.version, bot_.user.version + 1);
  EXPECT_EQ(server_.read(bot_.user.id).user.version, made.user.version);
  EXPECT_EQ(server_.read(bot_.user.id).user.updated_at, server_.clock.now());
  ASSERT_TRUE(revoke_all());
  EXPECT_EQ(server_.read(bot_.user.id).user.version, made.user.version + 1);
  ASSERT_TRUE(revoke_all());
  EXPECT_EQ(server_.read(bot_.user.id).user.version, made.user.version + 1) << "nothing ended";
}

TEST_F(Secrets, AreRevokedTogether) {
  const CreatedSecret first = make();
  server_.clock.advance(1s);
  const CreatedSecret second = make(1h);
  const auto ended = revoke_all();
  ASSERT_TRUE(ended);
  ASSERT_EQ(ended->size(), 2U);
  EXPECT_EQ(ended->front().record.id, second.record.id) << "the newest first";
  EXPECT_EQ(ended->front().record.revoked_at, server_.clock.now());
  EXPECT_FALSE(works(first));
  EXPECT_FALSE(works(second));
  EXPECT_TRUE(revoke_all()->empty()) << "and none is no failure";
}

TEST_F(Secrets, AreRevokedIndividually) {
  const CreatedSecret first = make();
  const CreatedSecret second = make(1h);
  ASSERT_EQ(revoke(first.record.id)->size(), 1U);
  EXPECT_FALSE(works(first));
  EXPECT_TRUE(works(second));
  EXPECT_TRUE(revoke(first.record.id)->empty()) << "it may run twice";
}

TEST_F(Secrets, HaveNoCurrentOneAfterItIsRevoked) {
  make();
  const CreatedSecret second = make(1h);
  ASSERT_TRUE(revoke(second.record.id));
  EXPECT_THAT(statuses(),
              ::testing::ElementsAre(CredentialStatus::revoked, CredentialStatus::overlapping));
}

}  // namespace
}  // namespace ptkl::app
