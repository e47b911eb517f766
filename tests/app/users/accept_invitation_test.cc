#include "app/users/accept_invitation.h"

#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "app/users/users.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::expect_done;
using ::testing::HasSubstr;
using ::testing::Not;

class AcceptInvitation : public AppFixture {
 protected:
  /// Invited by a new API user `inviter` that holds `permissions`.
  SecretString invited_by(std::string_view permissions, const std::vector<Uuid>& roles,
                          std::string_view workspaces = "") {
    inviter_.emplace(server_.make_actor("inviter", permissions, 20, workspaces));
    const auto invited = expect_done(
        invite_user(server_.context(), *inviter_, {testing::email("alice@example.com"), roles}));
    const std::string_view link = invited.link.value().reveal();
    return SecretString(link.substr(link.find('#') + 1));
  }
  void change_inviter(const UpdateApiUser& change) {
    expect_done(
        update_api_user(server_.context(), server_.owner(), inviter_->principal.id, change, {}));
  }
  void expect_dead(const SecretString& token) {
    const auto accepted = server_.accept(token);
    ASSERT_FALSE(accepted);
    EXPECT_EQ(accepted.error().code, ErrorCode::not_found);
    const auto unknown = server_.accept(SecretString("ptkli_" + std::string(43, 'x')));
    EXPECT_EQ(accepted.error().message, unknown.error().message) << "nothing tells them apart";
    EXPECT_EQ(code_of(server_.login("alice@example.com")), ErrorCode::unauthenticated);
  }

  std::optional<Actor> inviter_;
};

TEST_F(AcceptInvitation, IsRefusedWithoutALink) {
  server_.invite("alice@example.com");
  for (const char* text : {"", "x", "ptkli_", "alice@example.com"}) {
    expect_dead(SecretString(std::string_view(text)));
  }
}

TEST_F(AcceptInvitation, IsRefusedOnceTheLinkHasExpired) {
  const SecretString token = server_.invite("alice@example.com");
  server_.clock.advance(kDefaultInvitationLifetime);
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedOnceTheInvitationIsWithdrawn) {
  const SecretString token = server_.invite("alice@example.com");
  const auto page = expect_done(list_users(server_.context(), server_.owner(), {}));
  expect_done(delete_user(server_.context(), server_.owner(), page.items.front().user.id, {}));
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedASecondTime) {
  const SecretString token = server_.invite("alice@example.com");
  ASSERT_TRUE(server_.accept(token));
  EXPECT_EQ(code_of(server_.accept(token, "another password of mine")), ErrorCode::not_found);
  EXPECT_EQ(code_of(server_.login("alice@example.com", "another password of mine")),
            ErrorCode::unauthenticated);
}

TEST_F(AcceptInvitation, IsRefusedOnceTheInviterIsDeleted) {
  const SecretString token = invited_by("users.write", {});
  expect_done(delete_api_user(server_.context(), server_.owner(), inviter_->principal.id, {}));
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedWhileTheInviterIsDisabled) {
  const SecretString token = invited_by("users.write", {});
  change_inviter({.description = {}, .status = ApiUserStatus::disabled, .roles = {}});
  expect_dead(token);
  change_inviter({.description = {}, .status = ApiUserStatus::active, .roles = {}});
  EXPECT_TRUE(server_.accept(token)) << "nothing was used up";
}

TEST_F(AcceptInvitation, IsRefusedOnceTheInviterLostThePermission) {
  const SecretString token = invited_by("users.write", {});
  change_inviter({.description = {}, .status = {}, .roles = std::vector<Uuid>{}});
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedOnceTheInviterMayNotGiveTheRoles) {
  const Role role = server_.make_role("deployer", "deploy.run", 20);
  const SecretString token = invited_by("users.write deploy.*", {role.id});
  const Role less = server_.make_role("less", "users.write", 20);
  change_inviter({.description = {}, .status = {}, .roles = {{less.id}}});
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedOnceTheInviterLostAWorkspaceOfTheRoles) {
  const Role role = server_.make_role("deployer", "deploy.run", 20, "eu");
  const SecretString token = invited_by("users.write deploy.*", {role.id}, "eu us");
  const Uuid of_inviter = inviter_->roles.front().id;
  const auto set_workspaces = [&](std::string_view text) {
    expect_done(update_role(server_.context(), server_.owner(), of_inviter,
                            {{}, expect_done(parse_workspaces(text)), {}}, {}));
  };
  set_workspaces("us");
  expect_dead(token);
  set_workspaces("eu");
  EXPECT_TRUE(server_.accept(token)) << "refused only because the workspace was missing";
}

TEST_F(AcceptInvitation, IsRefusedOnceTheRolesHaveAWorkspaceThatTheInviterDoesNotHave) {
  const Role role = server_.make_role("deployer", "deploy.run", 20, "eu");
  const SecretString token = invited_by("users.write deploy.*", {role.id}, "eu");
  const UpdateRole wider{{}, expect_done(parse_workspaces("eu prod")), {}};
  expect_done(update_role(server_.context(), server_.owner(), role.id, wider, {}));
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedOnceTheRolesAreMoreThanTheInviterHas) {
  const Role role = server_.make_role("deployer", "deploy.run", 20);
  const SecretString token = invited_by("users.write deploy.*", {role.id});
  const UpdateRole wider{testing::permission_set("deploy.run secrets.read"), {}, {}};
  expect_done(update_role(server_.context(), server_.owner(), role.id, wider, {}));
  expect_dead(token);
}

TEST_F(AcceptInvitation, IsRefusedOnceAnInvitingUserIsDeleted) {
  const UserDetails bob =
      server_.make_user("bob@example.com", {server_.make_role("inviting", "users.write")});
  const auto invited =
      expect_done(invite_user(server_.context(), server_.actor_of_user("bob@example.com"),
                              {testing::email("alice@example.com"), {}}));
  const std::string_view link = invited.link.value().reveal();
  expect_done(delete_user(server_.context(), server_.owner(), bob.user.id, {}));
  expect_dead(SecretString(link.substr(link.find('#') + 1)));
}

TEST_F(AcceptInvitation, WithAWeakPasswordIsRefusedAndTheLinkStaysValid) {
  const SecretString token = server_.invite("alice@example.com");
  for (const char* weak : {"", "short", "passwordpassword", "alice@example.com"}) {
    const auto accepted = server_.accept(token, weak);
    ASSERT_FALSE(accepted) << weak;
    EXPECT_EQ(accepted.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(accepted.error().fields.front().field, "password");
  }
  EXPECT_TRUE(server_.accept(token));
}

TEST_F(AcceptInvitation, ReportsAWeakPasswordOnlyForAValidLink) {
  EXPECT_EQ(code_of(server_.accept(SecretString("ptkli_" + std::string(43, 'x')), "short")),
            ErrorCode::not_found);
}

TEST_F(AcceptInvitation, IsRefusedWhereItIsWithdrawnWhileThePasswordIsHashed) {
  const SecretString token = server_.invite("alice@example.com");
  testing::OvertakenStore store(*server_.store, [&] { server_.invite("alice@example.com"); });
  EXPECT_EQ(code_of(accept_invitation(
                server_.ports_over(store),
                {token.clone(), SecretString(testing::kPassword), RequestOrigin{}})),
            ErrorCode::not_found);
}

TEST_F(AcceptInvitation, IsReportedWithTheProjectWhereTheLinkWasFound) {
  const SecretString expired = server_.invite("bob@example.com");
  server_.clock.advance(kDefaultInvitationLifetime);
  const SecretString unfounded = invited_by("users.write", {});
  const SecretString replaced = server_.invite("carol@example.com");
  testing::OvertakenStore store(*server_.store, [&] { server_.invite("carol@example.com"); });
  change_inviter({.description = {}, .status = ApiUserStatus::disabled, .roles = {}});
  const struct {
    const SecretString& token;
    AppContext context;
    const char* project;
  } rows[] = {{expired, server_.context(), "acme"},
              {unfounded, server_.context(), "acme"},
              {replaced, server_.ports_over(store), "acme"},
              {SecretString("ptkli_" + std::string(43, 'x')), server_.context(), ""},
              {SecretString(std::string_view("x")), server_.context(), ""}};
  for (const auto& row : rows) {
    EXPECT_EQ(code_of(accept_invitation(row.context,
                                        {row.token.clone(), SecretString(testing::kPassword), {}})),
              ErrorCode::not_found);
    EXPECT_EQ(server_.log.lines().back().fields.at("reason"), "dead_invitation");
    EXPECT_EQ(server_.log.lines().back().fields.at("project"), row.project);
  }
}

TEST_F(AcceptInvitation, SucceedsOnceForTwoConcurrentAttempts) {
  for (int round = 0; round < 20; ++round) {
    const std::string name = "user-" + std::to_string(round) + "@example.com";
    const SecretString token = server_.invite(name);
    bool first = false;
    bool second = false;
    {
      const std::jthread other(
          [&] { second = server_.accept(token, "second password of two").has_value(); });
      first = server_.accept(token, "first password of two").has_value();
    }
    ASSERT_NE(first, second);
    EXPECT_EQ(server_.login(name, "first password of two").has_value(), first);
    EXPECT_EQ(server_.login(name, "second password of two").has_value(), second);
  }
}

TEST_F(AcceptInvitation, ActivatesTheUser) {
  const auto accepted = server_.accept(server_.invite("alice@example.com"));
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->project.name.text(), "acme");
  const UserDetails alice = server_.read_user(accepted->user.id);
  EXPECT_EQ(alice.user.status(), UserStatus::active);
  EXPECT_EQ(alice.user.version, 2);
  EXPECT_EQ(alice.user.version, accepted->user.version);
  EXPECT_TRUE(server_.login("alice@example.com"));
  EXPECT_THAT(server_.log.text(), Not(HasSubstr("ptkli_")));
  EXPECT_THAT(server_.log.text(), Not(HasSubstr(testing::kPassword)));
}

TEST_F(AcceptInvitation, LosesARoleThatIsDeletedMeanwhile) {
  const Role role = server_.make_role("reader", "components.read");
  const SecretString token = server_.invite("alice@example.com", {role});
  const auto deleted = expect_done(delete_role(server_.context(), server_.owner(), role.id, {}));
  EXPECT_EQ(deleted.affected_users, 1);
  const auto accepted = expect_done(server_.accept(token));
  EXPECT_TRUE(server_.read_user(accepted.user.id).roles.empty());
}

}  // namespace
}  // namespace ptkl::app
