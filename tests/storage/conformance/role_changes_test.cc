// The part of the conformance suite about changes of roles, and about their holders.
#include <gmock/gmock.h>

#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(StoreConformance, ChangesNoUnknownRole) {
  add_holders();
  const Role unknown = make_role(uuid(99), "unknown", "");
  EXPECT_EQ(refusal([&](Transaction& t) { return t.roles().update(acme_.id, unknown); }),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& t) { return t.roles().erase(acme_.id, uuid(99), moment(1)); }),
            ErrorCode::not_found);
  // The role of acme.
  EXPECT_EQ(
      refusal([&](Transaction& t) { return t.roles().erase(other_.id, kOtherRole, moment(1)); }),
      ErrorCode::not_found);
  EXPECT_TRUE(find_role(acme_, kOtherRole));
}

TEST_P(StoreConformance, AnUpdateOfARoleStoresAllButItsName) {
  add_holders();
  Role changed = make_role(kRole, "another name", "b.*");
  changed.workspaces = *parse_workspaces("eu us");
  changed.level = *AccessLevel::parse(77);
  changed.version = 9;
  changed.updated_at = moment(50);
  changed.created_at = moment(40);
  write([&](Transaction& t) { return t.roles().update(acme_.id, changed); });
  const Role found = find_role(acme_, kRole).value();
  EXPECT_EQ(found.name.text(), "reader");
  EXPECT_EQ(found.permissions, changed.permissions);
  EXPECT_EQ(found.workspaces, changed.workspaces);
  EXPECT_EQ(found.level, changed.level);
  EXPECT_EQ(found.version, 9);
  EXPECT_EQ(found.updated_at, moment(50));
  EXPECT_NE(found.created_at, moment(40));
  EXPECT_EQ(find_role(other_, kRole)->permissions.text(), "a.read");
}

TEST_P(StoreConformance, RemovesAnErasedRoleFromAllHoldersInItsProject) {
  add_holders();
  write([&](Transaction& t) { return t.roles().erase(acme_.id, kRole, moment(60)); });
  EXPECT_FALSE(find_role(acme_, kRole));
  ASSERT_EQ(find_bot().roles.size(), 1U);
  EXPECT_EQ(find_bot().roles.front().id, kOtherRole);
  EXPECT_THAT(find_api_user(acme_, kSecond)->roles, IsEmpty());
  EXPECT_EQ(find_api_user(other_, kOtherBot)->roles.size(), 1U);
  add_role(acme_, make_role(uuid(32), "reader", ""));  // the name can be used again
}

TEST_P(StoreConformance, AnErasedRoleUpdatesItsHolders) {
  add_holders();
  write([&](Transaction& t) { return t.roles().erase(acme_.id, kOtherRole, moment(60)); });
  EXPECT_EQ(find_bot().user.version, 2);
  EXPECT_EQ(find_bot().user.updated_at, moment(60));
  EXPECT_EQ(find_api_user(acme_, kSecond)->user.version, 1);
}

TEST_P(StoreConformance, CountsTheHoldersOfARole) {
  add_holders();
  EXPECT_EQ(count_holders(acme_, kRole), 2);
  EXPECT_EQ(count_holders(acme_, kOtherRole), 1);
  EXPECT_EQ(count_holders(other_, kRole), 1);
  EXPECT_EQ(count_holders(other_, kOtherRole), 0);
  write([&](Transaction& t) { return t.api_users().erase(acme_.id, kSecond, moment(1)); });
  EXPECT_EQ(count_holders(acme_, kRole), 1);
}

TEST_P(StoreConformance, ListsEachSetOfRolesThatHoldersHaveOnce) {
  add_holders();
  add_api_user(acme_, make_api_user(uuid(13), "third"));
  assign_roles(acme_, uuid(13), {kRole});
  const auto holdings = [&](const Project& project, const Uuid& role) {
    return find<std::vector<std::vector<Uuid>>>([&](Transaction& transaction) {
      return transaction.roles().list_holdings(project.id, role);
    });
  };
  EXPECT_THAT(holdings(acme_, kRole),
              ElementsAre(std::vector{kRole}, std::vector{kRole, kOtherRole}));
  EXPECT_THAT(holdings(acme_, kOtherRole), ElementsAre(std::vector{kRole, kOtherRole}));
  EXPECT_THAT(holdings(other_, kRole), ElementsAre(std::vector{kRole}));
  EXPECT_THAT(holdings(other_, kOtherRole), IsEmpty());
}

TEST_P(StoreConformance, ListsLiveCredentialsOfHolders) {
  add_holders();
  add_secret(acme_, make_secret(1, kBot));
  ClientCredential expired = make_secret(2, kBot);
  expired.expires_at = moment(100);
  add_secret(acme_, expired);
  ClientCredential revoked = make_secret(3, kBot);
  revoked.revoked_at = moment(1);
  add_secret(acme_, revoked);
  ClientCredential overlapped = make_secret(4, kSecond);
  overlapped.works_until = moment(1);
  add_secret(acme_, overlapped);
  ClientCredential live = make_secret(5, kSecond);
  live.expires_at = moment(101);
  add_secret(acme_, live);
  add_secret(other_, make_secret(6, kOtherBot));

  // The overlap of the fourth has ended, but a token that was issued with it may still be valid.
  EXPECT_THAT(secrets_of_holders(acme_, kRole),
              ElementsAre(secret_id(1), secret_id(4), secret_id(5)));
  EXPECT_THAT(secrets_of_holders(acme_, kOtherRole), ElementsAre(secret_id(1)));
  EXPECT_THAT(secrets_of_holders(other_, kRole), ElementsAre(secret_id(6)));
  EXPECT_THAT(secrets_of_holders(other_, kOtherRole), IsEmpty());
}

TEST_P(StoreConformance, FindsTheLevelOfOwnersOnlyByOtherRoles) {
  add_holders();
  const auto add = [this](std::uint32_t n, const char* permissions, int level) {
    Role role = make_role(uuid(n), fmt::format("role-{}", n), permissions);
    role.level = *AccessLevel::parse(level);
    add_role(acme_, role);
  };
  add(40, "*", 50);
  add(41, "* b", 0);
  add(42, "b", 70);
  add(43, "b", 100);
  assign_roles(acme_, kBot, {uuid(40)});
  assign_roles(acme_, kSecond, {uuid(40), uuid(41), uuid(42)});
  add_secret(acme_, make_secret(1, kBot));
  add_secret(acme_, make_secret(2, kSecond));
  const auto level = [&](const OwnerFilter& without) {
    const auto found = find<std::optional<AccessLevel>>([&](Transaction& transaction) {
      return transaction.roles().find_owner_level(acme_.id, moment(100), without);
    });
    return found ? found->value() : -1;
  };
  EXPECT_EQ(level({.exclude_principal = kSecond, .exclude_role = uuid(40)}), -1) << "no owner";
  EXPECT_EQ(level({.exclude_principal = kSecond}), 50) << "by the role that grants *";
  EXPECT_EQ(level({}), 70) << "by another role of an owner";
  EXPECT_EQ(level({.exclude_role = uuid(40)}), 70);
  EXPECT_EQ(level({.exclude_role = uuid(42)}), 50);
  EXPECT_EQ(level({.exclude_principal = kBot, .exclude_role = uuid(42)}), 50);
}

}  // namespace
}  // namespace ptkl::storage
