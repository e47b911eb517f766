// The last one who holds `*` and can log in cannot be removed, disabled, stripped or locked out.
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
    const ApiUserChange change{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
    return code_of(update_api_user(server_.ports(), server_.owner(), id(), change, {}));
  }
  std::optional<ErrorCode> strip() {
    const ApiUserChange change{.description = {}, .status = {}, .roles = std::vector<Uuid>{}};
    return code_of(update_api_user(server_.ports(), server_.owner(), id(), change, {}));
  }
  std::optional<ErrorCode> erase() {
    return code_of(delete_api_user(server_.ports(), server_.owner(), id(), {}));
  }
  std::optional<ErrorCode> revoke_all() {
    return code_of(revoke_secrets(server_.ports(), server_.owner(), id()));
  }
  std::optional<ErrorCode> revoke_the_one() {
    return code_of(
        revoke_secret(server_.ports(), server_.owner(), id(), server_.acme->secret.id()));
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

TEST_F(LastOwner, StaysWhereThereIsNoOther) {
  const ApiUserDetails before = server_.read(id());
  expect_all_refused();
  EXPECT_EQ(server_.read(id()).user.version, before.user.version) << "nothing was changed";
}

TEST_F(LastOwner, StaysWhereTheOtherHasNoSecret) {
  server_.make_api_user("second", {owner_role()});
  expect_all_refused();
}

TEST_F(LastOwner, StaysWhereTheOtherHasNoLiveSecret) {
  const ApiUserDetails second = server_.make_api_user("second", {owner_role()});
  server_.make_secret(second, {.overlap = 0s, .expires_in = 60s, .label = ""});
  server_.clock.advance(60s);
  expect_all_refused();
}

TEST_F(LastOwner, KeepsASecretThatDoesNotEndWithAnOverlap) {
  const auto made = make_secret(server_.ports(), server_.owner(), id(),
                                {.overlap = 1h, .expires_in = {}, .label = ""});
  ASSERT_TRUE(made);
  EXPECT_EQ(code_of(revoke_secret(server_.ports(), server_.owner(), id(), made->record.id)),
            ErrorCode::conflict);
  EXPECT_EQ(revoke_the_one(), std::nullopt) << "the overlapping one";
}

TEST_F(LastOwner, StaysWhereTheOtherIsDisabled) {
  const ApiUserDetails second = server_.make_api_user("second", {owner_role()});
  server_.make_secret(second);
  const ApiUserChange change{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  ASSERT_TRUE(update_api_user(server_.ports(), server_.owner(), second.user.id, change, {}));
  expect_all_refused();
}

TEST_F(LastOwner, StaysWhereTheOtherHoldsLess) {
  server_.make_actor("almost", "api-users.* roles.* users.*");
  expect_all_refused();
}

TEST_F(LastOwner, StaysWhereTheOtherIsOfAnotherProject) {
  server_.make_project("globex");
  expect_all_refused();
}

class OneOfTwoOwners : public LastOwner {
 protected:
  OneOfTwoOwners() { server_.make_secret(server_.make_api_user("second", {owner_role()})); }
};

TEST_F(OneOfTwoOwners, MayBeDisabled) { EXPECT_EQ(disable(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayBeStripped) { EXPECT_EQ(strip(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayBeDeleted) { EXPECT_EQ(erase(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayLoseItsSecrets) { EXPECT_EQ(revoke_all(), std::nullopt); }
TEST_F(OneOfTwoOwners, MayLoseItsOnlySecret) { EXPECT_EQ(revoke_the_one(), std::nullopt); }

TEST_F(LastOwner, MayTakeAnotherRoleThatGivesEverything) {
  const Role everything = server_.make_role("everything", "*", 100);
  const ApiUserChange change{.description = {}, .status = {}, .roles = {{everything.id}}};
  EXPECT_TRUE(update_api_user(server_.ports(), server_.owner(), id(), change, {}));
}

TEST_F(LastOwner, MakesNoSecretThatExpires) {
  const SecretRequest expiring{.overlap = 1h, .expires_in = 90 * 24h, .label = ""};
  const auto make = [&] { return make_secret(server_.ports(), server_.owner(), id(), expiring); };
  EXPECT_EQ(code_of(make()), ErrorCode::conflict);
  EXPECT_EQ(server_.read(id()).secrets.size(), 1U);
  server_.make_secret(server_.make_api_user("second", {owner_role()}));
  EXPECT_TRUE(make()) << "another owner can make the next one";
}

TEST_F(LastOwner, MayReplaceItsSecret) {
  const auto made = make_secret(server_.ports(), server_.owner(), id(), {});
  ASSERT_TRUE(made);
  EXPECT_TRUE(issue_token(server_.ports(), server_.token_request("owner", made->secret.text())));
}

TEST_F(LastOwner, MayRevokeOneSecretOfTwo) {
  const auto made = make_secret(server_.ports(), server_.owner(), id(),
                                {.overlap = 1h, .expires_in = {}, .label = ""});
  ASSERT_TRUE(made);
  EXPECT_EQ(revoke_the_one(), std::nullopt);
}

}  // namespace
}  // namespace ptkl::app
