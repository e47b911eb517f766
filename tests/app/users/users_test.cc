// Inviting and deleting users.
#include "app/users/users.h"

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::email;
using testing::expect_done;
using ::testing::HasSubstr;
using ::testing::Not;

class Users : public AppFixture {
 protected:
  Result<InvitationResult> invite(const Actor& actor, std::string_view to,
                                  std::vector<Uuid> roles = {}) {
    return invite_user(server_.context(), actor, {email(to), std::move(roles)});
  }
  std::optional<ErrorCode> erase(const Actor& actor, const Uuid& user) {
    return code_of(delete_user(server_.context(), actor, user, {}));
  }
};

TEST_F(Users, RequireTheirPermissions) {
  const UserDetails alice = server_.make_user("alice@example.com");
  const Actor reader = server_.make_actor("reader", "users.read");
  const Actor writer = server_.make_actor("writer", "users.write");
  EXPECT_EQ(code_of(invite(reader, "bob@example.com")), ErrorCode::permission_denied);
  EXPECT_EQ(erase(reader, alice.user.id), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(get_user(server_.context(), writer, alice.user.id)),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(list_users(server_.context(), writer, {})), ErrorCode::permission_denied);
}

TEST_F(Users, AreNotInvitedWithRightsThatTheInviterLacks) {
  const Actor writer = server_.make_actor("writer", "users.write deploy.*", 20, "eu");
  const Role everything = server_.make_role("everything", "*");
  const Role high = server_.make_role("high", "deploy.run", 21);
  const Role elsewhere = server_.make_role("elsewhere", "deploy.run", 20, "eu prod");
  const Role fitting = server_.make_role("fitting", "deploy.run", 20, "eu");
  EXPECT_EQ(code_of(invite(writer, "a@example.com", {everything.id})),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(invite(writer, "a@example.com", {high.id})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(invite(writer, "a@example.com", {elsewhere.id})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(invite(writer, "a@example.com", {fitting.id, everything.id})),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(invite(writer, "a@example.com", {fitting.id})), std::nullopt);
}

TEST_F(Users, AreNotInvitedWithUnknownRoles) {
  EXPECT_EQ(code_of(invite(server_.owner(), "a@example.com", {testing::unknown_uuid()})),
            ErrorCode::invalid_argument);
}

TEST_F(Users, AreNotInvitedTwiceOnceTheyHaveAccepted) {
  server_.make_user("alice@example.com");
  EXPECT_EQ(code_of(invite(server_.owner(), "ALICE@example.com")), ErrorCode::conflict);
}

TEST_F(Users, AreNotInvitedByAnActorThatLostThePermission) {
  const Actor writer = server_.make_actor("writer", "users.write");
  testing::OvertakenStore store(*server_.store, [&] {
    expect_done(delete_api_user(server_.context(), server_.owner(), writer.principal.id, {}));
  });
  EXPECT_EQ(code_of(invite_user(server_.ports_over(store), writer, {email("a@example.com"), {}})),
            ErrorCode::unauthenticated);
}

TEST_F(Users, AreInvitedWithALinkThatOnlyTheInviterSees) {
  const Role role = server_.make_role("reader", "components.read");
  const auto invited = invite(server_.owner(), "Alice@Example.com", {role.id});
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->user.user.email.text(), "alice@example.com");
  EXPECT_EQ(invited->user.user.status(), UserStatus::invited);
  EXPECT_EQ(invited->user.user.invitation_expires_at,
            server_.clock.now() + kDefaultInvitationLifetime);
  ASSERT_EQ(invited->user.roles.size(), 1U);
  EXPECT_EQ(invited->delivery, Delivery::link);
  const std::string link(invited->link.value().reveal());
  EXPECT_TRUE(link.starts_with("https://id.example.com/invitations/accept#ptkli_")) << link;
  EXPECT_THAT(server_.log.text(), Not(HasSubstr("ptkli_")));
}

TEST_F(Users, AreInvitedAgainWithOtherRoles) {
  const Role first = server_.make_role("first", "components.read");
  const Role second = server_.make_role("second", "components.write");
  const SecretString before = server_.invite("alice@example.com", {first});
  server_.clock.advance(std::chrono::hours(1));
  const auto again = invite(server_.owner(), "alice@example.com", {second.id});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->user.user.version, 2);
  EXPECT_EQ(again->user.user.invitation_expires_at,
            server_.clock.now() + kDefaultInvitationLifetime);
  ASSERT_EQ(again->user.roles.size(), 1U);
  EXPECT_EQ(again->user.roles.front().id, second.id);
  EXPECT_EQ(code_of(server_.accept(before)), ErrorCode::not_found);
  EXPECT_EQ(expect_done(list_users(server_.context(), server_.owner(), {})).items.size(), 1U);
}

TEST_F(Users, OfAnotherProjectAreUnknown) {
  const UserDetails alice = server_.make_user("alice@example.com");
  const app::CreatedProject other = server_.make_project("other");
  app::TokenRequest request = server_.token_request("owner", other.secret.text());
  request.client.project = "other";
  const auto issued = issue_token(server_.context(), std::move(request));
  const Actor foreign =
      expect_done(authenticate(server_.context(), "other", issued->access_token.reveal()));
  EXPECT_EQ(code_of(get_user(server_.context(), foreign, alice.user.id)), ErrorCode::not_found);
  EXPECT_EQ(erase(foreign, alice.user.id), ErrorCode::not_found);
  EXPECT_TRUE(expect_done(list_users(server_.context(), foreign, {})).items.empty());
  EXPECT_EQ(code_of(invite(foreign, "alice@example.com")), std::nullopt)
      << "an email is taken in its project alone";
}

TEST_F(Users, AreDeletedOnlyInTheExpectedVersion) {
  const UserDetails alice = server_.make_user("alice@example.com");
  EXPECT_EQ(code_of(delete_user(server_.context(), server_.owner(), alice.user.id,
                                alice.user.version - 1)),
            ErrorCode::precondition_failed);
  EXPECT_EQ(
      code_of(delete_user(server_.context(), server_.owner(), alice.user.id, alice.user.version)),
      std::nullopt);
  EXPECT_EQ(erase(server_.owner(), alice.user.id), ErrorCode::not_found);
}

TEST_F(Users, LoseTheirAccessWhenTheyAreDeleted) {
  const UserDetails alice = server_.make_user("alice@example.com");
  const auto session = expect_done(server_.login("alice@example.com"));
  EXPECT_TRUE(server_.is_valid(session.access_token));
  EXPECT_EQ(erase(server_.owner(), alice.user.id), std::nullopt);
  EXPECT_FALSE(server_.is_valid(session.access_token));
  EXPECT_EQ(code_of(server_.login("alice@example.com")), ErrorCode::unauthenticated);
}

TEST_F(Users, AreNewUsersWhenInvitedAgain) {
  const UserDetails before = server_.make_user("alice@example.com");
  const auto session = expect_done(server_.login("alice@example.com"));
  EXPECT_EQ(erase(server_.owner(), before.user.id), std::nullopt);
  const UserDetails after = server_.make_user("alice@example.com");
  EXPECT_NE(after.user.id, before.user.id);
  EXPECT_FALSE(server_.is_valid(session.access_token));
}

/// Stores the mails, and accepts or rejects them.
class FakeMailer final : public Mailer {
 public:
  Result<void> send(const Mail& mail) override {
    to.push_back(mail.to.text());
    text = mail.text.clone();
    return answer;
  }

  std::vector<std::string> to;
  SecretString text;
  Result<void> answer;
};

class InvitedByMail : public Users {
 protected:
  Result<InvitationResult> invite_by_mail(Store& store) {
    AppContext context = server_.ports_over(store);
    context.mailer = &mailer_;
    return invite_user(context, server_.owner(), {email("alice@example.com"), {}});
  }

  FakeMailer mailer_;
};

TEST_F(InvitedByMail, GetNoMailIfTheInvitationWasNotStored) {
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(invite_by_mail(store)), ErrorCode::unavailable);
  EXPECT_TRUE(mailer_.to.empty());
}

TEST_F(InvitedByMail, StayInvitedWhenTheMailServerRejectsTheMail) {
  mailer_.answer = failure(ErrorCode::unavailable, "connection refused");
  const auto invited = invite_by_mail(*server_.store);
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->delivery, Delivery::failed);
  EXPECT_FALSE(invited->link) << "the inviter must not get the link of a failed mail";
  EXPECT_EQ(server_.read_user(invited->user.user.id).user.status(), UserStatus::invited);
  EXPECT_EQ(server_.log.lines().back().fields.at("reason"), "connection refused");
}

TEST_F(InvitedByMail, AloneGetTheLink) {
  const auto invited = invite_by_mail(*server_.store);
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->delivery, Delivery::email);
  EXPECT_FALSE(invited->link);
  EXPECT_THAT(mailer_.to, ::testing::ElementsAre("alice@example.com"));
  const std::string text(mailer_.text.reveal());
  const std::size_t token = text.find("ptkli_");
  ASSERT_NE(token, std::string::npos);
  EXPECT_TRUE(server_.accept(SecretString(text.substr(token, 49))));
  EXPECT_THAT(server_.log.text(), Not(HasSubstr("ptkli_")));
}

class LastUser : public Users {
 protected:
  Role owner_role() { return server_.owner().roles.front(); }
};

TEST_F(LastUser, IsNotDeletedWithoutAnotherOwner) {
  const UserDetails alice = server_.make_user("alice@example.com", {owner_role()});
  const Actor user = server_.actor_of_user("alice@example.com");
  EXPECT_EQ(code_of(delete_api_user(server_.context(), user, server_.acme->owner.id, {})),
            std::nullopt)
      << "the user is an owner too";
  EXPECT_EQ(erase(user, alice.user.id), ErrorCode::conflict);
}

TEST_F(LastUser, CanDeleteItselfWithAnotherOwner) {
  const UserDetails alice = server_.make_user("alice@example.com", {owner_role()});
  const Actor user = server_.actor_of_user("alice@example.com");
  EXPECT_EQ(erase(user, alice.user.id), std::nullopt);
  EXPECT_EQ(erase(user, alice.user.id), ErrorCode::unauthenticated);
}

TEST_F(LastUser, InvitedOnlyIsNoOwner) {
  server_.invite("alice@example.com", {owner_role()});
  EXPECT_EQ(
      code_of(delete_api_user(server_.context(), server_.owner(), server_.acme->owner.id, {})),
      ErrorCode::conflict);
}

}  // namespace
}  // namespace ptkl::app
