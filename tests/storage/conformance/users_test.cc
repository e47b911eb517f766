// The part of the conformance suite about users.
#include <array>

#include <gmock/gmock.h>

#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

using ::testing::ElementsAre;

TEST_P(StoreConformance, RejectsAnExistingEmailInTheProject) {
  invite_user(acme_, kAlice);
  User again = make_user(kBob);
  again.email = email_of(kAlice);
  EXPECT_EQ(refusal([&](Transaction& t) {
              return t.users().insert(acme_.id, again, make_invitation(1));
            }),
            ErrorCode::conflict);
  EXPECT_EQ(refusal([&](Transaction& t) {
              return t.users().insert(other_.id, again, make_invitation(1));
            }),
            std::nullopt);
}

TEST_P(StoreConformance, AUserIsNotFoundFromAnotherProject) {
  add_bot();
  add_other_bot();
  add_role(acme_, make_role(kRole, "reader", "a.read"));
  invite_user(acme_, kAlice);
  EXPECT_FALSE(find_user(other_, kAlice));
  EXPECT_FALSE(find_user_credential(other_, kAlice));
  EXPECT_FALSE(find<std::optional<Uuid>>(
      [&](Transaction& t) { return t.users().find_id(other_.id, email_of(kAlice)); }));
  const std::function<Result<void>(Transaction&)> changes[] = {
      [&](Transaction& t) { return t.users().erase(other_.id, uuid(kAlice)); },
      [&](Transaction& t) {
        return t.users().replace_invitation(other_.id, make_user(kAlice), make_invitation(9));
      },
      [&](Transaction& t) {
        return t.users().accept_invitation(other_.id, make_user(kAlice), "x");
      },
      [&](Transaction& t) { return t.users().record_login(other_.id, make_user(kAlice), "x"); },
      [&](Transaction& t) {
        return t.users().replace_roles(other_.id, uuid(kAlice), std::array{kRole});
      }};
  for (const auto& change : changes) EXPECT_EQ(refusal(change), ErrorCode::not_found);
  EXPECT_TRUE(find_user(acme_, kAlice));
}

TEST_P(StoreConformance, AUserWhoHasAcceptedCannotBeInvitedOrAcceptAgain) {
  invite_user(acme_, kAlice);
  accept_invitation(acme_, kAlice);
  EXPECT_EQ(refusal([&](Transaction& t) {
              return t.users().replace_invitation(acme_.id, make_user(kAlice), make_invitation(9));
            }),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& t) {
              return t.users().accept_invitation(acme_.id, make_user(kAlice), "x");
            }),
            ErrorCode::not_found);
}

TEST_P(StoreConformance, ALinkFindsOneInvitationUntilItIsReplacedOrAccepted) {
  EXPECT_FALSE(find_invited(kAlice));
  invite_user(acme_, kAlice);
  const auto invited = find_invited(kAlice);
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->project.id, acme_.id);
  EXPECT_EQ(invited->user.id, uuid(kAlice));
  EXPECT_EQ(invited->invitation.inviter_kind, PrincipalKind::user);
  EXPECT_EQ(invited->invitation.inviter, kBot);
  EXPECT_EQ(invited->invitation.expires_at, moment(1000));

  write([&](Transaction& t) {
    return t.users().replace_invitation(acme_.id, make_user(kAlice), make_invitation(9));
  });
  EXPECT_FALSE(find_invited(kAlice));
  ASSERT_TRUE(find_invited(9));
  accept_invitation(acme_, kAlice);
  EXPECT_FALSE(find_invited(9));
}

TEST_P(StoreConformance, AnInvitedUserHasNoPassword) {
  add_bot();
  invite_user(acme_, kAlice);
  EXPECT_EQ(find_user(acme_, kAlice)->user.status(), UserStatus::invited);
  EXPECT_EQ(find_user_credential(acme_, kAlice)->password_hash, "");
  accept_invitation(acme_, kAlice);
  EXPECT_EQ(find_user(acme_, kAlice)->user.status(), UserStatus::active);
  const auto login = find_user_credential(acme_, kAlice);
  EXPECT_EQ(login->password_hash, "$argon2id$");
  EXPECT_EQ(login->project.id, acme_.id);
  EXPECT_EQ(login->signing_key.kid, "acme-key");
}

TEST_P(StoreConformance, StoresTheLastLoginOfAUser) {
  add_bot();
  invite_user(acme_, kAlice);
  accept_invitation(acme_, kAlice);
  User alice = make_user(kAlice);
  alice.last_login_at = moment(77);
  alice.last_login_from = "192.0.2.7";
  write([&](Transaction& t) { return t.users().record_login(acme_.id, alice, "renewed"); });
  const User found = find_user(acme_, kAlice)->user;
  EXPECT_EQ(found.last_login_at, moment(77));
  EXPECT_EQ(found.last_login_from, "192.0.2.7");
  EXPECT_EQ(find_user_credential(acme_, kAlice)->password_hash, "renewed");
}

TEST_P(StoreConformance, UsersAreListedInPagesWithTheirRoles) {
  add_role(acme_, make_role(kRole, "reader", "a.read"));
  for (std::uint32_t n = 60; n < 65; ++n) invite_user(acme_, n);
  invite_user(other_, 65);
  assign_role(acme_, 61, kRole);
  const auto list = [&](std::optional<Uuid> after) {
    return find<Page<UserDetails>>(
        [&](Transaction& t) { return t.users().list(acme_.id, {.after = after, .limit = 3}); });
  };
  const auto first = list({});
  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_EQ(first.items[1].roles.size(), 1U);
  EXPECT_TRUE(first.items[2].roles.empty());
  ASSERT_EQ(first.next, uuid(62));
  const auto second = list(first.next);
  ASSERT_EQ(second.items.size(), 2U);
  EXPECT_EQ(second.items[1].user.id, uuid(64));
  EXPECT_EQ(second.next, std::nullopt);
}

TEST_P(StoreConformance, ErasingAUserErasesItsRolesAndSessions) {
  add_role(acme_, make_role(kRole, "reader", "a.read"));
  invite_user(acme_, kAlice);
  accept_invitation(acme_, kAlice);
  assign_role(acme_, kAlice, kRole);
  allocate_slots(acme_, {1});
  write([&](Transaction& t) {
    return t.sessions().insert(acme_.id, {uuid(70), uuid(kAlice), {1}, moment(20), moment(3620)});
  });
  write([&](Transaction& t) { return t.users().erase(acme_.id, uuid(kAlice)); });
  EXPECT_FALSE(find_user(acme_, kAlice));
  EXPECT_EQ(refusal([&](Transaction& t) { return t.users().erase(acme_.id, uuid(kAlice)); }),
            ErrorCode::not_found);
  invite_user(acme_, kAlice);
  EXPECT_TRUE(find_user(acme_, kAlice)->roles.empty());
}

TEST_P(StoreConformance, UsersHaveRolesLikeApiUsers) {
  add_holders();
  invite_user(acme_, kAlice);
  invite_user(acme_, kBob);
  assign_role(acme_, kAlice, kRole);
  assign_role(acme_, kBob, kRole);
  const auto holders =
      find<RoleHolders>([&](Transaction& t) { return t.roles().count_holders(acme_.id, kRole); });
  EXPECT_EQ(holders.api_users, 2);
  EXPECT_EQ(holders.users, 2);
  const auto holdings = find<std::vector<std::vector<Uuid>>>(
      [&](Transaction& t) { return t.roles().list_holdings(acme_.id, kRole); });
  EXPECT_THAT(holdings, ElementsAre(ElementsAre(kRole), ElementsAre(kRole, kOtherRole)));

  write([&](Transaction& t) { return t.roles().erase(acme_.id, kRole, moment(50)); });
  const auto alice = find_user(acme_, kAlice);
  EXPECT_TRUE(alice->roles.empty());
  EXPECT_EQ(alice->user.version, 2);
  EXPECT_EQ(alice->user.updated_at, moment(50));
}

TEST_P(StoreConformance, UsersCountAsOwnersOnceTheyHaveAPassword) {
  Role role = make_role(kRole, "all", "*");
  role.level = *AccessLevel::parse(70);
  add_role(acme_, role);
  invite_user(acme_, kAlice);
  assign_role(acme_, kAlice, kRole);
  const auto level = [&](const OwnerFilter& without) {
    return find<std::optional<AccessLevel>>(
        [&](Transaction& t) { return t.roles().find_owner_level(acme_.id, moment(100), without); });
  };
  EXPECT_EQ(level({}), std::nullopt);
  accept_invitation(acme_, kAlice);
  EXPECT_EQ(level({}), AccessLevel::parse(70).value());
  EXPECT_EQ(level({.exclude_principal = uuid(kAlice)}), std::nullopt);
  EXPECT_EQ(level({.exclude_role = kRole}), std::nullopt);
}

}  // namespace
}  // namespace ptkl::storage
