#include "app/projects/key_maintenance.h"

#include <gtest/gtest.h>

#include "app/projects/signing_key_fixture.h"
#include "support/store_decorators.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::expect_done;

class KeyMaintenance : public SigningKeyFixture {};

TEST_F(KeyMaintenance, KeepsAKeyPublishedUntilItsLastTokenExpires) {
  const SecretString old_token = token();
  const std::string old_kid = active().key.kid;
  rotate(RotationMode::now);
  EXPECT_TRUE(server_.is_valid(old_token));
  server_.clock.advance(1h - 1s);
  maintain();
  EXPECT_TRUE(server_.is_valid(old_token)) << "in its last second";
  server_.clock.advance(23h + 5min);
  maintain();
  EXPECT_EQ(published_kids().back(), old_kid);
  server_.clock.advance(1s);
  EXPECT_EQ(published_kids().size(), 2U) << "expired, although maintenance has not run yet";
  EXPECT_EQ(list_stored().size(), 3U);
  maintain();
  EXPECT_EQ(list_stored().size(), 2U);
}

TEST_F(KeyMaintenance, RotatesAKeyThatHasReachedItsLifetime) {
  const std::string first = signing_kid();
  const std::string second = next().key.kid;
  server_.clock.advance(std::chrono::days(90) - 1ms);
  maintain();
  EXPECT_EQ(signing_kid(), first);
  server_.clock.advance(1ms);
  maintain();
  maintain();
  EXPECT_EQ(signing_kid(), second) << "once, however often maintenance runs";
}

TEST_F(KeyMaintenance, NeverRotatesWithoutALifetime) {
  AppContext context = server_.context();
  context.key_rotation.lifetime.reset();
  const std::string first = signing_kid();
  server_.clock.advance(std::chrono::days(3650));
  run_key_maintenance(context);
  EXPECT_EQ(signing_kid(), first);
  EXPECT_EQ(expect_done(list_signing_keys(context, owner_)).at(1).activates_at, std::nullopt);
}

TEST_F(KeyMaintenance, RotatesOnceWhenSeveralServersRunIt) {
  server_.clock.advance(std::chrono::days(90));
  testing::OvertakenStore store(*server_.store, [this] { maintain(); });
  run_key_maintenance(server_.ports_over(store));
  EXPECT_EQ(list().size(), 3U);
  EXPECT_EQ(logged_errors(), 0);
}

TEST_F(KeyMaintenance, AddsAMissingNextKey) {
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

TEST_F(KeyMaintenance, ContinuesWithOtherProjectsAfterAFailure) {
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
