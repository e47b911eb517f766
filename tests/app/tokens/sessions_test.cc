// The end of sessions of users.
#include <thread>

#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "app/tokens/purge_expired.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

class Sessions : public AppFixture {
 protected:
  Sessions() : role_(server_.make_role("reader", "components.read components.write", 20)) {
    alice_ = server_.make_user("alice@example.com", {role_}).user.id;
  }

  SecretString login() {
    return std::move(expect_done(server_.login("alice@example.com")).access_token);
  }
  std::size_t count() {
    std::size_t count = 0;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      count = expect_done(transaction.sessions().list_of(server_.acme->project.id, alice_)).size();
      return {};
    }));
    return count;
  }
  bool is_active(const SecretString& token) {
    auto found =
        introspect_token(server_.context(), {{"acme", "owner", {"192.0.2.7", "request-1"}},
                                             SecretProof{server_.acme->secret.text().clone()},
                                             {},
                                             token.clone()});
    return found && found->has_value();
  }

  Role role_;
  Uuid alice_;
};

TEST_F(Sessions, EndWithTheTokenThatIsRevoked) {
  const SecretString token = login();
  const SecretString other = login();
  EXPECT_TRUE(is_active(token));
  ASSERT_TRUE(
      revoke_token(server_.context(), {"acme", "", {"192.0.2.7", "request-1"}}, token.reveal()));
  EXPECT_FALSE(server_.is_valid(token));
  EXPECT_FALSE(is_active(token));
  EXPECT_TRUE(server_.is_valid(other));
  EXPECT_EQ(count(), 1U);
}

TEST_F(Sessions, EndWhenARoleTakesRights) {
  const SecretString token = login();
  const UpdateRole narrower{testing::permission_set("components.read"), {}, {}};
  expect_done(update_role(server_.context(), server_.owner(), role_.id, narrower, {}));
  EXPECT_FALSE(server_.is_valid(token));
  const IssuedToken next = expect_done(server_.login("alice@example.com"));
  EXPECT_EQ(next.scope, "components.read");
  EXPECT_GT(server_.rights_version_of(next.access_token), server_.rights_version_of(token));
}

TEST_F(Sessions, ContinueWhenARoleGivesMore) {
  const SecretString token = login();
  const UpdateRole wider{testing::permission_set("components.*"), {}, {}};
  expect_done(update_role(server_.context(), server_.owner(), role_.id, wider, {}));
  EXPECT_TRUE(server_.is_valid(token));
}

TEST_F(Sessions, EndWhenARoleIsDeleted) {
  const SecretString token = login();
  const RoleDeletion preview =
      expect_done(preview_role_deletion(server_.context(), server_.owner(), role_.id, {}));
  EXPECT_EQ(preview.affected_users, 1);
  EXPECT_EQ(preview.affected_api_users, 0);
  EXPECT_TRUE(server_.is_valid(token));
  expect_done(delete_role(server_.context(), server_.owner(), role_.id, {}));
  EXPECT_FALSE(server_.is_valid(token));
  EXPECT_EQ(expect_done(server_.login("alice@example.com")).scope, "");
}

TEST_F(Sessions, ARoleThatWouldNotFitIntoTheUsersTokenIsRefused) {
  const auto permissions = [](char first) {
    std::string text;
    for (int i = 0; i < 25; ++i) text += first + std::string(90, 'x') + std::to_string(i) + ' ';
    text.pop_back();
    return testing::permission_set(text);
  };
  const Role one = server_.make_role("one", permissions('a').text());
  const Role two = server_.make_role("two", "two.read");
  server_.make_user("bob@example.com", {one, two});
  const UpdateRole wider{permissions('b'), {}, {}};
  EXPECT_EQ(code_of(update_role(server_.context(), server_.owner(), two.id, wider, {})),
            ErrorCode::conflict);
}

TEST_F(Sessions, AreLimitedInNumber) {
  const SecretString first = login();
  server_.clock.advance(1s);
  const SecretString second = login();
  for (std::size_t i = 2; i < kMaxLiveSessions; ++i) {
    server_.clock.advance(1s);
    login();
  }
  EXPECT_TRUE(server_.is_valid(first));
  server_.clock.advance(1s);
  login();
  EXPECT_FALSE(server_.is_valid(first)) << "the oldest";
  EXPECT_TRUE(server_.is_valid(second));
  EXPECT_EQ(count(), kMaxLiveSessions);
}

TEST_F(Sessions, ThatHaveExpiredMakeRoomForOthers) {
  for (std::size_t i = 0; i < kMaxLiveSessions; ++i) login();
  server_.clock.advance(1h);
  const SecretString token = login();
  for (std::size_t i = 1; i < kMaxLiveSessions; ++i) login();
  EXPECT_TRUE(server_.is_valid(token));
}

TEST_F(Sessions, EndWithTheirTokenAndArePurged) {
  const SecretString token = login();
  server_.clock.advance(1h);
  EXPECT_FALSE(server_.is_valid(token));
  EXPECT_EQ(expect_done(purge_expired_sessions(*server_.store, server_.clock.now())),
            WorkLeft::none);
  EXPECT_EQ(count(), 1U) << "not at once, as clocks differ";
  server_.clock.advance(5min);
  EXPECT_EQ(expect_done(purge_expired_sessions(*server_.store, server_.clock.now())),
            WorkLeft::none);
  EXPECT_EQ(count(), 0U);
}

TEST_F(Sessions, EndWithTheUserInEitherOrder) {
  for (int round = 0; round < 20; ++round) {
    const std::string name = "user-" + std::to_string(round) + "@example.com";
    const Uuid id = server_.make_user(name).user.id;
    const Actor owner = server_.owner();
    Result<IssuedToken> issued = failure(ErrorCode::internal, "not yet");
    {
      const std::jthread other([&] { issued = server_.login(name); });
      expect_done(delete_user(server_.context(), owner, id, {}));
    }
    EXPECT_FALSE(issued && server_.is_valid(issued->access_token));
  }
}

TEST_F(Sessions, NeverExceedTheRolesInEitherOrder) {
  for (int round = 0; round < 20; ++round) {
    const Role role = server_.make_role("role " + std::to_string(round), "deploy.run");
    const std::string name = "user-" + std::to_string(round) + "@example.com";
    server_.make_user(name, {role});
    const Actor owner = server_.owner();
    Result<IssuedToken> issued = failure(ErrorCode::internal, "not yet");
    {
      const std::jthread other([&] { issued = server_.login(name); });
      expect_done(delete_role(server_.context(), owner, role.id, {}));
    }
    ASSERT_TRUE(issued);
    EXPECT_EQ(server_.is_valid(issued->access_token), issued->scope.empty());
  }
}

TEST_F(Sessions, NeverKeepADeletedRoleOfAnInvitationInEitherOrder) {
  for (int round = 0; round < 20; ++round) {
    const Role role = server_.make_role("role " + std::to_string(round), "deploy.run");
    const Actor owner = server_.owner();
    const InviteUser request{testing::email("user-" + std::to_string(round) + "@example.com"),
                             {role.id}};
    Result<InvitationResult> invited = failure(ErrorCode::internal, "not yet");
    {
      const std::jthread other([&] { invited = invite_user(server_.context(), owner, request); });
      expect_done(delete_role(server_.context(), owner, role.id, {}));
    }
    if (!invited) {
      EXPECT_EQ(invited.error().code, ErrorCode::invalid_argument);
      continue;
    }
    EXPECT_TRUE(server_.read_user(invited->user.user.id).roles.empty());
  }
}

}  // namespace
}  // namespace ptkl::app
