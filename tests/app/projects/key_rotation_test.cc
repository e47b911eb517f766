#include "app/projects/key_rotation.h"

#include <gtest/gtest.h>

#include "app/projects/signing_key_fixture.h"
#include "support/store_decorators.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::expect_done;

class KeyRotation : public SigningKeyFixture {};

TEST_F(KeyRotation, WaitsUntilVerifiersKnowTheNextKey) {
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
  EXPECT_EQ(signing_kid(), before) << "maintenance has not run yet";
  maintain();
  EXPECT_EQ(signing_kid(), scheduled.key.kid);
  EXPECT_EQ(next().activates_at, server_.clock.now() + std::chrono::days(90))
      << "one request is one rotation";
}

TEST_F(KeyRotation, IsImmediateWhenVerifiersKnowTheNextKey) {
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

TEST_F(KeyRotation, ErasesThePrivateHalfOfARetiredKey) {
  rotate(RotationMode::now);
  const auto keys = list_stored();
  EXPECT_NE(keys[0].key.wrapped_key, "");
  EXPECT_NE(keys[1].key.wrapped_key, "");
  EXPECT_EQ(keys[2].key.wrapped_key, "");
}

TEST_F(KeyRotation, PublishesAKeyOfAnotherAlgorithmFirst) {
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
  EXPECT_EQ(next().key.algorithm, SigningAlgorithm::eddsa) << "it is the project's algorithm now";
}

TEST_F(KeyRotation, IsImmediateInModeNow) {
  for (const SigningAlgorithm algorithm : kSigningAlgorithms) {
    SCOPED_TRACE(to_text(algorithm));
    const SigningKeyDetails rotated = rotate(RotationMode::now, algorithm);
    EXPECT_EQ(rotated.status, SigningKeyStatus::active);
    EXPECT_EQ(rotated.key.algorithm, algorithm);
    EXPECT_EQ(next().key.algorithm, algorithm);
    EXPECT_EQ(signing_kid(), rotated.key.kid);
    EXPECT_TRUE(server_.is_valid(token()));
  }
}

TEST_F(KeyRotation, InvalidatesEveryTokenInModeCompromised) {
  const SecretString oldest = token();
  rotate(RotationMode::now);
  const SecretString old = token();
  const std::string next_kid = next().key.kid;
  ASSERT_TRUE(server_.is_valid(oldest));
  ASSERT_TRUE(server_.is_valid(old));
  const SigningKeyDetails rotated = rotate(RotationMode::compromised);
  EXPECT_EQ(rotated.key.kid, next_kid) << "verifiers know it";
  EXPECT_FALSE(server_.is_valid(oldest));
  EXPECT_FALSE(server_.is_valid(old));
  EXPECT_EQ(published_kids(), (std::vector{active().key.kid, next().key.kid}));
  EXPECT_TRUE(server_.is_valid(token()));
}

TEST_F(KeyRotation, RefusesToPublishTooManyKeys) {
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

TEST_F(KeyRotation, ChangesNothingWhenItFails) {
  const auto before = published_kids();
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  for (const RotationMode mode : kModes) {
    EXPECT_EQ(code_of(rotate_signing_key(server_.ports_over(store), owner_,
                                         {SigningAlgorithm::eddsa, mode})),
              ErrorCode::unavailable);
  }
  EXPECT_EQ(published_kids(), before);
}

TEST_F(KeyRotation, FailsWhenAnotherRotationWasFaster) {
  // The other rotation commits between this one's plan and its transaction.
  testing::OvertakenStore store(*server_.store, [this] { rotate(RotationMode::now); });
  const auto lost = rotate_signing_key(server_.ports_over(store), owner_, {{}, RotationMode::now});
  EXPECT_EQ(code_of(lost), ErrorCode::conflict);
  EXPECT_EQ(list().size(), 3U);
}

TEST_F(KeyRotation, PublishesAMissingNextKey) {
  const std::string gone = next().key.kid;
  expect_done(server_.store->transact([&](Transaction& transaction) {
    return transaction.signing_keys().erase(server_.acme->project.id, gone);
  }));
  EXPECT_EQ(rotate().activates_at, server_.clock.now() + 15min);
}

TEST_F(KeyRotation, LeavesOtherProjectsUnchanged) {
  server_.make_project("globex");
  const auto before = expect_done(list_published_keys(server_.context(), "globex"));
  rotate(RotationMode::compromised);
  const auto after = expect_done(list_published_keys(server_.context(), "globex"));
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].kid, before[i].kid);
}

}  // namespace
}  // namespace ptkl::app
