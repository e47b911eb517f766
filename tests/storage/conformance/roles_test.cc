// The part of the conformance suite about roles, paging and owners.
#include <fmt/core.h>

#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

TEST_P(StoreConformance, RejectsARoleWithAnExistingNameInTheProject) {
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.roles().insert(acme_.id, make_role(uuid(31), "reader", ""));
            }),
            ErrorCode::conflict);
  add_role(other_, make_role(uuid(31), "reader", ""));
}

TEST_P(StoreConformance, FindsTheIdOfARoleByItsNameInItsOwnProject) {
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  add_role(other_, make_role(uuid(31), "reader", "a.read"));
  const auto id_in = [this](const Project& project, const char* name) {
    return find<std::optional<Uuid>>([&](Transaction& transaction) {
      return transaction.roles().find_id(project.id, *RoleName::parse(name));
    });
  };
  EXPECT_EQ(id_in(acme_, "reader"), uuid(30));
  EXPECT_EQ(id_in(other_, "reader"), uuid(31));
  EXPECT_FALSE(id_in(acme_, "Reader"));
  EXPECT_FALSE(id_in(acme_, "read"));
}

TEST_P(StoreConformance, FindsNoRoleOfAnotherProject) {
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  EXPECT_FALSE(find<std::optional<Role>>(
      [&](Transaction& transaction) { return transaction.roles().find(other_.id, uuid(30)); }));
  EXPECT_TRUE(find<Page<Role>>([&](Transaction& transaction) {
                return transaction.roles().list(other_.id, {});
              }).items.empty());
}

TEST_P(StoreConformance, RolesAreListedOnlyForAnApiUserOfTheirProject) {
  add_bot();
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  assign_roles(acme_, kBot, {uuid(30)});
  EXPECT_TRUE(find<HeldRoles>([&](Transaction& transaction) {
                return transaction.roles().list_of(other_.id, kBot);
              }).roles.empty());
}

TEST_P(StoreConformance, FindsARoleAsItWasStored) {
  Role stored = make_role(uuid(30), "Release Manager", "releases.* a.read");
  stored.version = 4;
  stored.updated_at = moment(8);
  add_role(acme_, stored);
  const Role found = find<std::optional<Role>>([&](Transaction& transaction) {
                       return transaction.roles().find(acme_.id, uuid(30));
                     }).value();
  EXPECT_EQ(found.id, stored.id);
  EXPECT_EQ(found.name, stored.name);
  EXPECT_EQ(found.permissions, stored.permissions);
  EXPECT_EQ(found.workspaces, stored.workspaces);
  EXPECT_EQ(found.level, stored.level);
  EXPECT_EQ(found.version, 4);
  EXPECT_EQ(found.created_at, stored.created_at);
  EXPECT_EQ(found.updated_at, moment(8));
}

TEST_P(StoreConformance, ARoleMayHaveNoPermissions) {
  Role empty = make_role(uuid(30), "empty", "");
  empty.workspaces.clear();
  add_role(acme_, empty);
  const auto found = find<std::optional<Role>>(
      [&](Transaction& transaction) { return transaction.roles().find(acme_.id, uuid(30)); });
  EXPECT_TRUE(found.value().permissions.empty());
  EXPECT_TRUE(found.value().workspaces.empty());
}

TEST_P(StoreConformance, PagesEndAtTheLimitAndTheLastHasNoCursor) {
  for (std::uint32_t n = 30; n < 34; ++n) {
    add_role(acme_, make_role(uuid(n), fmt::format("role-{}", n), "a.read"));
  }
  const struct {
    const char* what;
    PageRequest request;
    std::vector<Uuid> ids;
    std::optional<Uuid> next;
  } rows[] = {
      {"a part", {std::nullopt, 3}, {uuid(30), uuid(31), uuid(32)}, uuid(32)},
      {"the rest", {uuid(32), 3}, {uuid(33)}, std::nullopt},
      {"all, exactly", {std::nullopt, 4}, {uuid(30), uuid(31), uuid(32), uuid(33)}, std::nullopt},
      {"after an unknown id", {uuid(29), 1}, {uuid(30)}, uuid(30)},
      {"after the last", {uuid(33), 3}, {}, std::nullopt},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto page = find<Page<Role>>(
        [&](Transaction& transaction) { return transaction.roles().list(acme_.id, row.request); });
    std::vector<Uuid> ids;
    for (const Role& role : page.items) ids.push_back(role.id);
    EXPECT_EQ(ids, row.ids);
    EXPECT_EQ(page.next, row.next);
  }
}

TEST_P(StoreConformance, PagingListsEachApiUserOnceDuringConcurrentChanges) {
  for (std::uint32_t n = 10; n < 20; ++n) {
    add_api_user(acme_, make_api_user(uuid(n), fmt::format("bot-{}", n)));
  }
  std::vector<Uuid> seen;
  PageRequest request{std::nullopt, 4};
  do {
    const auto page = find<Page<ApiUserDetails>>(
        [&](Transaction& transaction) { return transaction.api_users().list(acme_.id, request); });
    for (const ApiUserDetails& item : page.items) seen.push_back(item.user.id);
    // Between the first two pages, one is added before the cursor, and the one at the cursor is deleted.
    if (!request.after) {
      add_api_user(acme_, make_api_user(uuid(5), "early"));
      write([&](Transaction& t) { return t.api_users().erase(acme_.id, seen.back(), moment(1)); });
    }
    request.after = page.next;
  } while (request.after);

  std::vector<Uuid> expected;
  for (std::uint32_t n = 10; n < 20; ++n) expected.push_back(uuid(n));
  EXPECT_EQ(seen, expected);
}

TEST_P(StoreConformance, APageHasTheRolesAndSecretsOfEachApiUser) {
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  add_role(acme_, make_role(uuid(31), "writer", "a.write"));
  for (std::uint32_t n = 10; n < 14; ++n) {
    add_api_user(acme_, make_api_user(uuid(n), fmt::format("bot-{}", n)));
  }
  assign_roles(acme_, uuid(11), {uuid(30)});
  assign_roles(acme_, uuid(12), {uuid(30), uuid(31)});
  add_secret(acme_, make_secret(1, uuid(12)));
  add_secret(acme_, make_secret(2, uuid(12)));
  add_secret(acme_, make_secret(3, uuid(13)));

  const auto page = find<Page<ApiUserDetails>>([&](Transaction& transaction) {
    return transaction.api_users().list(acme_.id, {std::nullopt, 3});
  });
  ASSERT_EQ(page.items.size(), 3U);
  EXPECT_TRUE(page.items[0].roles.empty());
  EXPECT_TRUE(page.items[0].secrets.empty());
  EXPECT_EQ(page.items[1].roles.size(), 1U);
  EXPECT_TRUE(page.items[1].secrets.empty());
  ASSERT_EQ(page.items[2].roles.size(), 2U);
  EXPECT_EQ(page.items[2].roles[1].name.text(), "writer");
  ASSERT_EQ(page.items[2].secrets.size(), 2U);
  EXPECT_EQ(page.items[2].secrets[0].id, secret_id(2));
}

/// Adds API users with one role and one secret each, at increasing levels. Only owners change the level that is
/// found.
TEST_P(StoreConformance, OwnersHaveEveryPermissionAndALiveCredential) {
  using Change = std::function<void(ApiUser&, Role&, ClientCredential&)>;
  const struct {
    const char* what;
    Change change;
    bool is_owner;
  } rows[] = {
      {"is disabled", [](auto& user, auto&, auto&) { user.status = ApiUserStatus::disabled; },
       false},
      {"its secret is revoked", [](auto&, auto&, auto& s) { s.revoked_at = moment(50); }, false},
      {"its secret expires now", [](auto&, auto&, auto& s) { s.expires_at = moment(100); }, false},
      {"its only secret overlaps", [](auto&, auto&, auto& s) { s.works_until = moment(900); },
       false},
      {"holds every permission below one name",
       [](auto&, auto& role, auto&) { role.permissions = *PermissionSet::parse("a.*"); }, false},
      {"holds nothing", [](auto&, auto& role, auto&) { role.permissions = {}; }, false},
      {"holds * and more",
       [](auto&, auto& role, auto&) { role.permissions = *PermissionSet::parse("a.read * 0.x"); },
       true},
      {"its secret expires a second later",
       [](auto&, auto&, auto& s) { s.expires_at = moment(101); }, true},
      {"meets every condition", [](auto&, auto&, auto&) {}, true},
  };
  std::uint32_t n = 100;
  std::optional<AccessLevel> expected;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    ++n;
    ApiUser user = make_api_user(uuid(n), fmt::format("bot-{}", n));
    Role role = make_role(uuid(n), fmt::format("role-{}", n), "*");
    role.level = *AccessLevel::parse(n - 100);
    ClientCredential secret = make_secret(n, user.id);
    row.change(user, role, secret);
    add_api_user(acme_, user);
    add_role(acme_, role);
    assign_roles(acme_, user.id, {role.id});
    add_secret(acme_, secret);
    if (row.is_owner) expected = role.level;
    const auto level = find<std::optional<AccessLevel>>([&](Transaction& transaction) {
      return transaction.roles().find_owner_level(acme_.id, moment(100), {});
    });
    EXPECT_EQ(level, expected);
  }
}

TEST_P(StoreConformance, ExcludesFilteredOwnersAndThoseWithoutACredential) {
  add_bot();
  add_api_user(acme_, make_api_user(uuid(12), "without-secret"));
  for (const std::uint32_t n : {30U, 31U}) {
    add_role(acme_, make_role(uuid(n), fmt::format("all-{}", n), "*"));
    add_secret(acme_, make_secret(n, kBot));
  }
  assign_roles(acme_, kBot, {uuid(30), uuid(31)});
  assign_roles(acme_, uuid(12), {uuid(30)});
  const auto has_owner = [this](const Project& project, const Uuid& except) {
    const auto level = find<std::optional<AccessLevel>>([&](Transaction& transaction) {
      return transaction.roles().find_owner_level(project.id, moment(100),
                                                  {.exclude_principal = except});
    });
    return level.has_value();
  };
  EXPECT_FALSE(has_owner(acme_, kBot));
  EXPECT_FALSE(has_owner(other_, uuid(1)));
  EXPECT_TRUE(has_owner(acme_, uuid(12)));
}

}  // namespace
}  // namespace ptkl::storage
