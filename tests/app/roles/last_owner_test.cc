// The last owner that can log in cannot be deleted or disabled, and loses neither its roles nor its secret.
#include <gmock/gmock.h>

#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;

class LastOwner : public AppFixture {
 protected:
  const Uuid& id() const { return server_.acme->owner.id; }

  std::optional<ErrorCode> disable() {
    const UpdateApiUser change{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
    return code_of(update_api_user(server_.context(), server_.owner(), id(), change, {}));
  }
  std::optional<ErrorCode> strip() {
    const UpdateApiUser change{.description = {}, .status = {}, .roles = std::vector<Uuid>{}};
    return code_of(update_api_user(server_.context(), server_.owner(), id(), change, {}));
  }
  std::optional<ErrorCode> erase() {
    return code_of(delete_api_user(server_.context(), server_.owner(), id(), {}));
  }
  std::optional<ErrorCode> revoke_all() {
    return code_of(revoke_secrets(server_.context(), server_.owner(), id()));
  }
  std::optional<ErrorCode> revoke_the_one() {
    return code_of(
        revoke_secret(server_.context(), server_.owner(), id(), server_.acme->secret.id()));
  }
  void expect_all_refused() {
    EXPECT_EQ(disable(), ErrorCode::conflict);
    EXPECT_EQ(strip(), ErrorCode::conflict);
    EXPECT_EQ(erase(), ErrorCode::conflict);
    EXPECT_EQ(revoke_all(), ErrorCode::conflict);
    EXPECT_EQ(revoke_the_one(), ErrorCode::conflict);
  }

  Role owner_role() { return server_.owner().roles.front(); }
};

TEST_F(LastOwner, StaysWithoutAnotherOne) {
  const ApiUserDetails before = server_.read(id());
  expect_all_refused();
  EXPECT_EQ(server_.read(id()).user.version, before.user.version) << "nothing was changed";
}

TEST_F(LastOwner, StaysIfTheOtherHasNoSecret) {
  server_.make_api_user("second", {owner_role()});
  expect_all_refused();
}

TEST_F(LastOwner, StaysIfTheOtherHasNoLiveSecret) {
  const ApiUserDetails second = server_.make_api_user("second", {owner_role()});
  server_.make_secret(second, {.overlap = 0s, .expires_in = 60s, .label = ""});
  server_.clock.advance(60s);
  expect_all_refused();
}

TEST_F(LastOwner, KeepsASecretThatDoesNotEndWithAnOverlap) {
  const auto made = create_secret(server_.context(), server_.owner(), id(),
                                  {.overlap = 1h, .expires_in = {}, .label = ""});
  ASSERT_TRUE(made);
  EXPECT_EQ(code_of(revoke_secret(server_.context(), server_.owner(), id(), made->record.id)),
            ErrorCode::conflict);
  EXPECT_EQ(revoke_the_one(), std::nullopt) << "the overlapping one";
}

TEST_F(LastOwner, StaysIfTheOtherIsDisabled) {
  const ApiUserDetails second = server_.make_api_user("second", {owner_role()});
  server_.make_secret(second);
  const UpdateApiUser change{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), second.user.id, change, {}));
  expect_all_refused();
}

TEST_F(LastOwner, StaysIfTheOtherHoldsLess) {
  server_.make_actor("almost", "api-users.* roles.* users.*");
  expect_all_refused();
}

TEST_F(LastOwner, StaysIfTheOtherBelongsToAnotherProject) {
  server_.make_project("globex");
  expect_all_refused();
}

class OneOfTwoOwners : public LastOwner {
 protected:
  OneOfTwoOwners() { server_.make_secret(server_.make_api_user("second", {owner_role()})); }
};

TEST_F(OneOfTwoOwners, MayBeDisabled) { EXPECT_EQ(disable(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayLoseItsRoles) { EXPECT_EQ(strip(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayBeDeleted) { EXPECT_EQ(erase(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayLoseItsSecrets) { EXPECT_EQ(revoke_all(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayLoseItsOnlySecret) { EXPECT_EQ(revoke_the_one(), std::nullopt); }

TEST_F(LastOwner, MayTakeAnotherRoleThatGivesEverything) {
  const Role everything = server_.make_role("everything", "*", 100);
  const UpdateApiUser change{.description = {}, .status = {}, .roles = {{everything.id}}};
  EXPECT_TRUE(update_api_user(server_.context(), server_.owner(), id(), change, {}));
}

TEST_F(LastOwner, CannotCreateASecretThatExpires) {
  const CreateSecret expiring{.overlap = 1h, .expires_in = 90 * 24h, .label = ""};
  const auto make = [&] {
    return create_secret(server_.context(), server_.owner(), id(), expiring);
  };
  EXPECT_EQ(code_of(make()), ErrorCode::conflict);
  EXPECT_EQ(server_.read(id()).secrets.size(), 1U);
  server_.make_secret(server_.make_api_user("second", {owner_role()}));
  EXPECT_TRUE(make()) << "another owner can make the next one";
}

TEST_F(LastOwner, MayReplaceItsSecret) {
  const auto made = create_secret(server_.context(), server_.owner(), id(), {});
  ASSERT_TRUE(made);
  EXPECT_TRUE(issue_token(server_.context(), server_.token_request("owner", made->secret.text())));
}

TEST_F(LastOwner, MayRevokeOneSecretOfTwo) {
  const auto made = create_secret(server_.context(), server_.owner(), id(),
                                  {.overlap = 1h, .expires_in = {}, .label = ""});
  ASSERT_TRUE(made);
  EXPECT_EQ(revoke_the_one(), std::nullopt);
}

/// Only a caller with a level can give it.
class LastOwnersLevel : public LastOwner {
 protected:
  std::optional<ErrorCode> lower(const Role& role) {
    return code_of(update_role(server_.context(), server_.owner(), role.id,
                               {.permissions = {},
                                .workspaces = {},
                                .level = testing::access_level(role.level.value() - 1)},
                               {}));
  }
  std::optional<ErrorCode> drop(const Role& role) {
    return code_of(delete_role(server_.context(), server_.owner(), role.id, {}));
  }
  std::optional<ErrorCode> take_only(const Role& role) {
    const UpdateApiUser change{.description = {}, .status = {}, .roles = {{role.id}}};
    return code_of(update_api_user(server_.context(), server_.owner(), id(), change, {}));
  }
  void add_owner(std::string_view name, std::initializer_list<Role> roles) {
    server_.make_secret(server_.make_api_user(name, roles));
  }
};

TEST_F(LastOwnersLevel, IsNotLoweredByItsRole) {
  const Role role = owner_role();
  EXPECT_EQ(lower(role), ErrorCode::conflict);
  add_owner("second", {role});
  EXPECT_EQ(lower(role), ErrorCode::conflict) << "it would lower both";
  add_owner("third", {server_.make_role("everything", "*", 99)});
  EXPECT_EQ(lower(role), ErrorCode::conflict) << "none of that level";
  EXPECT_EQ(owner_role().version, role.version) << "nothing was changed";
}

TEST_F(LastOwnersLevel, IsNotLoweredByAnotherRoleInPlace) {
  const Role lower_role = server_.make_role("everything", "*", 99);
  EXPECT_EQ(take_only(lower_role), ErrorCode::conflict);
  add_owner("second", {lower_role});
  EXPECT_EQ(take_only(lower_role), ErrorCode::conflict) << "nor is the other of that level";
  EXPECT_EQ(erase(), ErrorCode::conflict);
  EXPECT_EQ(disable(), ErrorCode::conflict);
  EXPECT_EQ(revoke_all(), ErrorCode::conflict);
}

TEST_F(LastOwnersLevel, IsNotDeletedWithItsRole) {
  const Role role = owner_role();
  add_owner("second", {server_.make_role("everything", "*", 99)});
  EXPECT_EQ(drop(role), ErrorCode::conflict);
}

TEST_F(LastOwnersLevel, IsNotLostWithARoleThatGivesOnlyTheLevel) {
  const Role everything = server_.make_role("everything", "*", 0);
  const Role high = server_.make_role("high", "", 100);
  const UpdateApiUser both{.description = {}, .status = {}, .roles = {{everything.id, high.id}}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), id(), both, {}));
  EXPECT_EQ(lower(high), ErrorCode::conflict);
  EXPECT_EQ(drop(high), ErrorCode::conflict);
  EXPECT_EQ(take_only(everything), ErrorCode::conflict);
}

TEST_F(LastOwnersLevel, MayBeLoweredIfAnotherOwnerKeepsIt) {
  const Role role = owner_role();
  add_owner("second", {server_.make_role("everything", "*"), server_.make_role("high", "", 100)});
  EXPECT_EQ(lower(role), std::nullopt);
  EXPECT_EQ(take_only(server_.make_role("less", "*", 5)), std::nullopt);
}

TEST_F(LastOwnersLevel, LeavesTheLevelsOfOthersAlone) {
  const Role role = server_.make_role("trusted", "a", 100);
  add_owner("bot", {role});
  EXPECT_EQ(lower(role), std::nullopt);
  EXPECT_EQ(drop(role), std::nullopt);
}

}  // namespace
}  // namespace ptkl::app
