#include "app/overlaps.h"

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

class Overlaps : public AppFixture {
 protected:
  Overlaps()
      : bot_(server_.make_api_user("bot")),
        old_(server_.make_secret(bot_)),
        old_token_(server_.token_of("bot", old_.secret.text())) {}

  NewSecret replace(std::chrono::seconds overlap,
                    std::optional<std::chrono::seconds> until_idle = {}) {
    return server_.make_secret(
        bot_, {.overlap = overlap, .expires_in = {}, .label = "", .until_idle = until_idle});
  }
  std::size_t end_overlaps() { return expect_done(app::end_overlaps(server_.ports())); }
  SecretRecord stored(const NewSecret& made) {
    for (const SecretRecord& secret : server_.read(bot_.user.id).secrets) {
      if (secret.id == made.record.id) return secret;
    }
    throw std::runtime_error("no such secret");
  }
  SecretStatus status(const NewSecret& made) { return stored(made).status(server_.clock.now()); }
  bool works(const NewSecret& made) {
    return issue_token(server_.ports(), server_.token_request("bot", made.secret.text()))
        .has_value();
  }

  ApiUserDetails bot_;
  NewSecret old_;
  SecretString old_token_;
};

TEST_F(Overlaps, LastAsLongAsTheyWereMeantTo) {
  const NewSecret made = replace(10min);
  server_.clock.advance(10min - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  EXPECT_TRUE(works(old_));
  EXPECT_TRUE(server_.is_good(old_token_));
  EXPECT_TRUE(works(made));
}

TEST_F(Overlaps, EndTheTokensFromBeforeTheRotation) {
  const NewSecret made = replace(10min);
  server_.clock.advance(10min);
  EXPECT_FALSE(works(old_));
  EXPECT_TRUE(server_.is_good(old_token_)) << "until somebody looks";
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_FALSE(server_.is_good(old_token_));
  EXPECT_EQ(stored(old_).works_until, made.replaced.front().works_until);
  EXPECT_TRUE(works(made));
}

TEST_F(Overlaps, EndOnce) {
  replace(10min);
  server_.clock.advance(10min);
  EXPECT_EQ(end_overlaps(), 1U);
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_EQ(expect_done(app::end_overlaps(server_.ports_over(store))), 0U);
  EXPECT_EQ(stored(old_).due_at, std::nullopt);
}

TEST_F(Overlaps, CostOneReadWhileNothingIsDue) {
  replace(10min, 5min);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(expect_done(app::end_overlaps(server_.ports_over(store))), 0U);
  EXPECT_EQ(store.transactions(), 0);
  EXPECT_EQ(store.snapshots(), 1);
  EXPECT_EQ(store.accesses(), 1);
}

TEST_F(Overlaps, OfManySecretsEndAllTogether) {
  constexpr int kBots = 130;
  for (int i = 0; i < kBots; ++i) {
    const ApiUserDetails bot = server_.make_api_user("bot-" + std::to_string(i));
    server_.make_secret(bot);
    server_.make_secret(bot, {.overlap = 10min, .expires_in = {}, .label = ""});
  }
  server_.clock.advance(10min);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(expect_done(app::end_overlaps(server_.ports_over(store))), std::size_t{kBots});
  EXPECT_EQ(store.transactions(), 2) << "100 secrets at a time";
}

TEST_F(Overlaps, AreNotLookedAtWhenTheDatabaseIsGone) {
  replace(10min);
  server_.clock.advance(10min);
  testing::FailingStore gone(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(app::end_overlaps(server_.ports_over(gone))), ErrorCode::unavailable);
  EXPECT_EQ(end_overlaps(), 1U) << "the next time";
}

TEST_F(Overlaps, ThatWereRevokedAreNotDue) {
  replace(10min, 5min);
  ASSERT_TRUE(revoke_secret(server_.ports(), server_.owner(), bot_.user.id, old_.record.id));
  server_.clock.advance(10min);
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_EQ(expect_done(app::end_overlaps(server_.ports_over(store))), 0U);
  EXPECT_EQ(status(old_), SecretStatus::revoked);
}

TEST_F(Overlaps, EndTheFreshSlotOfASecretWhoseTokensHadEndedBefore) {
  const Role role = server_.make_role("reader", "a");
  replace(10min);
  const ApiUserChange give{.description = {}, .status = {}, .roles = {{role.id}}};
  const ApiUserChange take{.description = {}, .status = {}, .roles = std::vector<Uuid>{}};
  ASSERT_TRUE(update_api_user(server_.ports(), server_.owner(), bot_.user.id, give, {}));
  ASSERT_TRUE(update_api_user(server_.ports(), server_.owner(), bot_.user.id, take, {}));
  const SecretString token = server_.token_of("bot", old_.secret.text());
  EXPECT_TRUE(server_.is_good(token));
  server_.clock.advance(10min);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_FALSE(server_.is_good(token));
}

class UntilIdle : public Overlaps {};

TEST_F(UntilIdle, ASecretThatNobodyUsesEndsEarly) {
  const NewSecret made = replace(24h, 30min);
  ASSERT_EQ(made.replaced.size(), 1U);
  EXPECT_EQ(made.replaced.front().until_idle, 30min);
  server_.clock.advance(30min + kIdleGrace - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  EXPECT_EQ(status(old_), SecretStatus::overlapping);
  server_.clock.advance(1ms);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_EQ(status(old_), SecretStatus::expired);
  EXPECT_EQ(stored(old_).works_until, server_.clock.now());
  EXPECT_FALSE(works(old_));
  EXPECT_FALSE(server_.is_good(old_token_));
  EXPECT_TRUE(works(made));
}

TEST_F(UntilIdle, AUseThatIsNotWrittenYetCounts) {
  replace(24h, 30min);
  server_.clock.advance(20min);
  EXPECT_TRUE(works(old_));
  server_.clock.advance(20min);
  EXPECT_EQ(end_overlaps(), 0U);
  server_.clock.advance(10min + kIdleGrace - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  server_.clock.advance(1ms);
  EXPECT_EQ(end_overlaps(), 1U);
}

TEST_F(UntilIdle, AUseThatAnotherNodeHasWrittenCounts) {
  replace(24h, 30min);
  server_.clock.advance(20min);
  EXPECT_TRUE(works(old_));
  ASSERT_TRUE(server_.last_used.flush(*server_.store));
  server_.clock.advance(20min);
  EXPECT_EQ(end_overlaps(), 0U);
  server_.clock.advance(10min + kIdleGrace);
  EXPECT_EQ(end_overlaps(), 1U);
}

TEST_F(UntilIdle, ASecretInUseIsLookedAtOncePerIdleness) {
  replace(24h, 30min);
  server_.clock.advance(30min);
  EXPECT_TRUE(works(old_));
  server_.clock.advance(kIdleGrace);
  EXPECT_EQ(end_overlaps(), 0U) << "it was due, and is in use";
  testing::ReadOnlyStore store(*server_.store);
  server_.clock.advance(29min);
  EXPECT_EQ(expect_done(app::end_overlaps(server_.ports_over(store))), 0U) << "not due again";
}

TEST_F(UntilIdle, ASecretInUseEndsWithItsOverlap) {
  replace(2min, 1min);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(works(old_));
    server_.clock.advance(30s);
    EXPECT_EQ(end_overlaps(), i < 3 ? 0U : 1U);
  }
  EXPECT_FALSE(works(old_));
}

TEST_F(UntilIdle, TheRuleIsTheReplacedSecretsOwn) {
  const NewSecret second = replace(24h, 30min);
  server_.clock.advance(1min);
  const NewSecret third = replace(24h);
  server_.clock.advance(30min + kIdleGrace);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_EQ(status(old_), SecretStatus::expired);
  EXPECT_EQ(status(second), SecretStatus::overlapping);
  EXPECT_EQ(status(third), SecretStatus::current);
}

}  // namespace
}  // namespace ptkl::app
