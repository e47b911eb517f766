#include "app/projects/signing_keys.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

constexpr RotationMode kModes[] = {RotationMode::scheduled, RotationMode::now,
                                   RotationMode::compromised};

class SigningKeys : public AppFixture {
 protected:
  std::vector<SigningKeyDetails> list() {
    return expect_done(list_signing_keys(server_.context(), owner_));
  }
  SigningKeyDetails active() { return list().at(0); }
  SigningKeyDetails next() { return list().at(1); }

  std::vector<std::string> published_kids() {
    std::vector<std::string> kids;
    for (const SigningKey& key : expect_done(list_published_keys(server_.context(), "acme"))) {
      kids.push_back(key.kid);
    }
    return kids;
  }

  SigningKeyDetails rotate(RotationMode mode = RotationMode::scheduled,
                           std::optional<SigningAlgorithm> algorithm = {}) {
    return expect_done(rotate_signing_key(server_.context(), owner_, {algorithm, mode}));
  }

  /// With those whose time is over.
  std::vector<SigningKeyDetails> list_of_all() {
    std::vector<SigningKeyDetails> keys;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      keys = expect_done(transaction.signing_keys().list(server_.acme->project.id));
      return {};
    }));
    return keys;
  }

  std::int64_t logged_errors() const {
    const auto lines = server_.log.lines();
    return std::count_if(lines.begin(), lines.end(), [](const testing::LogLine& line) {
      return line.level == LogLevel::error;
    });
  }

  void maintain() { maintain_signing_keys(server_.context()); }

  SecretString token() { return server_.token_of("owner", server_.acme->secret.text()); }
  /// The key that signs tokens now.
  std::string signing_kid() { return expect_done(server_.key_store->key_id(token().reveal())); }

  Actor owner_ = server_.owner();
};

TEST_F(SigningKeys, NeedThePermissionForThem) {
  const Actor stranger = server_.make_actor("stranger", "roles.* api-users.*");
  EXPECT_EQ(code_of(list_signing_keys(server_.context(), stranger)), ErrorCode::permission_denied);
  for (const RotationMode mode : kModes) {
    EXPECT_EQ(code_of(rotate_signing_key(server_.context(), stranger, {{}, mode})),
              ErrorCode::permission_denied);
  }
  const Actor keeper = server_.make_actor("keeper", "keys.write");
  EXPECT_TRUE(list_signing_keys(server_.context(), keeper));
}

TEST_F(SigningKeys, ShowNothingOfAProjectThatIsNot) {
  for (const char* name : {"globex", "", "../acme", "ACME"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(code_of(list_published_keys(server_.context(), name)), ErrorCode::not_found);
  }
}

TEST_F(SigningKeys, OfANewProjectAreOneThatSignsAndOneThatIsOnlyPublished) {
  const auto keys = list();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].status, SigningKeyStatus::active);
  EXPECT_EQ(keys[0].activated_at, server_.clock.now());
  EXPECT_EQ(keys[1].status, SigningKeyStatus::next);
  EXPECT_EQ(keys[1].activates_at, server_.clock.now() + std::chrono::days(90));
  EXPECT_EQ(signing_kid(), keys[0].key.kid);
  EXPECT_EQ(published_kids(), (std::vector{keys[0].key.kid, keys[1].key.kid}));
}

TEST_F(SigningKeys, DoNotTakeOverBeforeVerifiersKnowThem) {
  const std::string before = active().key.kid;
  const SigningKeyDetails scheduled = rotate();
  EXPECT_EQ(scheduled.status, SigningKeyStatus::next);
  EXPECT_EQ(scheduled.key.kid, next().key.kid);
  EXPECT_EQ(scheduled.activates_at, server_.clock.now() + 15min);
  EXPECT_EQ(next().activates_at, scheduled.activates_at);
  server_.clock.advance(15min - 1ms);
  maintain();
  EXPECT_EQ(signing_kid(), before);
  server_.clock.advance(1ms);
  EXPECT_EQ(signing_kid(), before) << "the task has not come yet";
  maintain();
  EXPECT_EQ(signing_kid(), scheduled.key.kid);
  EXPECT_EQ(next().activates_at, server_.clock.now() + std::chrono::days(90))
      << "one request is one rotation";
}

TEST_F(SigningKeys, TakeOverAtOnceWhenVerifiersKnowThem) {
  const auto before = list();
  server_.clock.advance(15min);
  const SigningKeyDetails rotated = rotate();
  EXPECT_EQ(rotated.status, SigningKeyStatus::active);
  EXPECT_EQ(rotated.activated_at, server_.clock.now());
  EXPECT_EQ(rotated.key.kid, before[1].key.kid);
  EXPECT_EQ(signing_kid(), rotated.key.kid);
  const auto after = list();
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[1].status, SigningKeyStatus::next);
  EXPECT_EQ(after[1].key.created_at, server_.clock.now());
  EXPECT_EQ(after[2].status, SigningKeyStatus::retired);
  EXPECT_EQ(after[2].key.kid, before[0].key.kid);
  EXPECT_EQ(after[2].retired_at, server_.clock.now());
}

TEST_F(SigningKeys, StayPublishedUntilTheirLastTokenIsDead) {
  const SecretString old_token = token();
  const std::string old_kid = active().key.kid;
  rotate(RotationMode::now);
  EXPECT_TRUE(server_.is_good(old_token));
  server_.clock.advance(1h - 1s);
  maintain();
  EXPECT_TRUE(server_.is_good(old_token)) << "the last second of its life";
  server_.clock.advance(23h + 5min);
  maintain();
  EXPECT_EQ(published_kids().back(), old_kid);
  server_.clock.advance(1s);
  EXPECT_EQ(published_kids().size(), 2U) << "over, although the task has not come yet";
  EXPECT_EQ(list_of_all().size(), 3U);
  maintain();
  EXPECT_EQ(list_of_all().size(), 2U);
}

TEST_F(SigningKeys, KeepOnlyThePublicHalfOnceRetired) {
  rotate(RotationMode::now);
  const auto keys = list_of_all();
  EXPECT_NE(keys[0].key.wrapped_key, "");
  EXPECT_NE(keys[1].key.wrapped_key, "");
  EXPECT_EQ(keys[2].key.wrapped_key, "");
}

TEST_F(SigningKeys, TakeOverWhenTheActiveOneIsTooOld) {
  const std::string first = signing_kid();
  const std::string second = next().key.kid;
  server_.clock.advance(std::chrono::days(90) - 1ms);
  maintain();
  EXPECT_EQ(signing_kid(), first);
  server_.clock.advance(1ms);
  maintain();
  maintain();
  EXPECT_EQ(signing_kid(), second) << "once, however often the task comes";
}

TEST_F(SigningKeys, DoNotAgeWhenTheyAreToldNotTo) {
  AppContext context = server_.context();
  context.key_rotation.lifetime.reset();
  const std::string first = signing_kid();
  server_.clock.advance(std::chrono::days(3650));
  maintain_signing_keys(context);
  EXPECT_EQ(signing_kid(), first);
  EXPECT_EQ(expect_done(list_signing_keys(context, owner_)).at(1).activates_at, std::nullopt);
}

TEST_F(SigningKeys, OfAnotherAlgorithmArePublishedFirstToo) {
  server_.clock.advance(1h);
  const SigningKeyDetails before = next();
  const SigningKeyDetails scheduled = rotate(RotationMode::scheduled, SigningAlgorithm::eddsa);
  EXPECT_EQ(scheduled.status, SigningKeyStatus::next);
  EXPECT_EQ(scheduled.key.algorithm, SigningAlgorithm::eddsa);
  EXPECT_EQ(scheduled.activates_at, server_.clock.now() + 15min);
  EXPECT_NE(scheduled.key.kid, before.key.kid);
  EXPECT_EQ(published_kids(), (std::vector{active().key.kid, scheduled.key.kid}));
  server_.clock.advance(15min);
  maintain();
  EXPECT_EQ(signing_kid(), scheduled.key.kid);
  EXPECT_EQ(next().key.algorithm, SigningAlgorithm::eddsa) << "it is the project's from now on";
}

TEST_F(SigningKeys, TakeOverWithoutWaitingWhenToldTo) {
  for (const SigningAlgorithm algorithm : kSigningAlgorithms) {
    SCOPED_TRACE(to_text(algorithm));
    const SigningKeyDetails rotated = rotate(RotationMode::now, algorithm);
    EXPECT_EQ(rotated.status, SigningKeyStatus::active);
    EXPECT_EQ(rotated.key.algorithm, algorithm);
    EXPECT_EQ(next().key.algorithm, algorithm);
    EXPECT_EQ(signing_kid(), rotated.key.kid);
    EXPECT_TRUE(server_.is_good(token()));
  }
}

TEST_F(SigningKeys, EndEveryTokenWhenTheyWereCompromised) {
  const SecretString oldest = token();
  rotate(RotationMode::now);
  const SecretString old = token();
  const std::string next_kid = next().key.kid;
  ASSERT_TRUE(server_.is_good(oldest));
  ASSERT_TRUE(server_.is_good(old));
  const SigningKeyDetails rotated = rotate(RotationMode::compromised);
  EXPECT_EQ(rotated.key.kid, next_kid) << "which verifiers know";
  EXPECT_FALSE(server_.is_good(oldest));
  EXPECT_FALSE(server_.is_good(old));
  EXPECT_EQ(published_kids(), (std::vector{active().key.kid, next().key.kid}));
  EXPECT_TRUE(server_.is_good(token()));
}

TEST_F(SigningKeys, AreBoundedInNumberHoweverOftenTheyAreRotated) {
  while (published_kids().size() < kMaxPublishedKeys) rotate(RotationMode::now);
  const auto before = published_kids();
  for (const RotationMode mode : {RotationMode::now, RotationMode::scheduled}) {
    EXPECT_EQ(code_of(rotate_signing_key(server_.context(), owner_, {{}, mode})),
              ErrorCode::conflict);
  }
  EXPECT_EQ(published_kids(), before);
  rotate(RotationMode::compromised);
  EXPECT_EQ(published_kids().size(), 2U);
  rotate(RotationMode::now);
}

TEST_F(SigningKeys, StayAsTheyAreWhenTheRotationFails) {
  const auto before = published_kids();
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  for (const RotationMode mode : kModes) {
    EXPECT_EQ(code_of(rotate_signing_key(server_.ports_over(store), owner_,
                                         {SigningAlgorithm::eddsa, mode})),
              ErrorCode::unavailable);
  }
  EXPECT_EQ(published_kids(), before);
}

TEST_F(SigningKeys, AreNotRotatedTwiceByTwoWhoDecidedTheSame) {
  // The other one commits between this one's decision and its transaction.
  testing::OvertakenStore store(*server_.store, [this] { rotate(RotationMode::now); });
  const auto lost = rotate_signing_key(server_.ports_over(store), owner_, {{}, RotationMode::now});
  EXPECT_EQ(code_of(lost), ErrorCode::conflict);
  EXPECT_EQ(list().size(), 3U);
}

TEST_F(SigningKeys, AreMaintainedByAllNodesButRotatedByOne) {
  server_.clock.advance(std::chrono::days(90));
  testing::OvertakenStore store(*server_.store, [this] { maintain(); });
  maintain_signing_keys(server_.ports_over(store));
  EXPECT_EQ(list().size(), 3U);
  EXPECT_EQ(logged_errors(), 0);
}

TEST_F(SigningKeys, OfAnOlderDatabaseGetANextOne) {
  const std::string gone = next().key.kid;
  expect_done(server_.store->transact([&](Transaction& transaction) {
    return transaction.signing_keys().erase(server_.acme->project.id, gone);
  }));
  ASSERT_EQ(list().size(), 1U);
  maintain();
  ASSERT_EQ(list().size(), 2U);
  EXPECT_EQ(next().status, SigningKeyStatus::next);
  EXPECT_EQ(next().key.created_at, server_.clock.now());
}

TEST_F(SigningKeys, OfAnOlderDatabaseCanBeRotatedBeforeTheTaskHasCome) {
  const std::string gone = next().key.kid;
  expect_done(server_.store->transact([&](Transaction& transaction) {
    return transaction.signing_keys().erase(server_.acme->project.id, gone);
  }));
  EXPECT_EQ(rotate().activates_at, server_.clock.now() + 15min);
}

TEST_F(SigningKeys, OfOneProjectDoNotMatterToAnother) {
  server_.make_project("globex");
  const auto before = expect_done(list_published_keys(server_.context(), "globex"));
  rotate(RotationMode::compromised);
  const auto after = expect_done(list_published_keys(server_.context(), "globex"));
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].kid, before[i].kid);
}

TEST_F(SigningKeys, AreLookedAfterInEveryProjectAlthoughOneIsBroken) {
  server_.make_project("globex");
  expect_done(server_.store->transact([&](Transaction& transaction) {
    return transaction.signing_keys().erase(server_.acme->project.id, active().key.kid);
  }));
  server_.clock.advance(std::chrono::days(90));
  maintain();
  EXPECT_EQ(expect_done(list_published_keys(server_.context(), "globex")).size(), 3U);
  EXPECT_GT(logged_errors(), 0);
}

}  // namespace
}  // namespace ptkl::app
