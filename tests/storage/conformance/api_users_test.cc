// The part of the conformance suite about API users and the owners of tokens.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

std::vector<std::string> names_of(const std::vector<Role>& roles) {
  std::vector<std::string> names;
  names.reserve(roles.size());
  for (const Role& role : roles) names.push_back(role.name.text());
  return names;
}

TEST_P(StoreConformance, RejectsAnExistingUsernameInTheProject) {
  add_bot();
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.api_users().insert(acme_.id, make_api_user(uuid(20), "ci-bot"));
            }),
            ErrorCode::conflict);
}

TEST_P(StoreConformance, TwoProjectsMayHaveTheSameUsername) {
  add_bot();
  add_api_user(other_, make_api_user(uuid(20), "ci-bot"));
  const auto id_in = [this](const Project& project) {
    return find<std::optional<Uuid>>([&](Transaction& transaction) {
      return transaction.api_users().find_id(project.id, *Username::parse("ci-bot"));
    });
  };
  EXPECT_EQ(id_in(acme_), kBot);
  EXPECT_EQ(id_in(other_), uuid(20));
}

TEST_P(StoreConformance, FindsNoApiUserOfAnotherProject) {
  add_bot();
  EXPECT_FALSE(find_api_user(other_, kBot));
  EXPECT_FALSE(find<std::optional<Uuid>>([&](Transaction& transaction) {
    return transaction.api_users().find_id(other_.id, *Username::parse("ci-bot"));
  }));
  EXPECT_TRUE(find<Page<ApiUserDetails>>([&](Transaction& transaction) {
                return transaction.api_users().list(other_.id, {});
              }).items.empty());
}

TEST_P(StoreConformance, FindsAnApiUserAsItWasStored) {
  ApiUser stored = make_api_user(kBot, "ci-bot");
  stored.status = ApiUserStatus::disabled;
  stored.version = 7;
  stored.updated_at = moment(9);
  add_api_user(acme_, stored);

  const ApiUserDetails found = find_bot();
  EXPECT_EQ(found.user.id, kBot);
  EXPECT_EQ(found.user.username, stored.username);
  EXPECT_EQ(found.user.description, stored.description);
  EXPECT_EQ(found.user.status, ApiUserStatus::disabled);
  EXPECT_EQ(found.user.version, 7);
  EXPECT_EQ(found.user.created_at, stored.created_at);
  EXPECT_EQ(found.user.updated_at, moment(9));
  EXPECT_TRUE(found.roles.empty());
  EXPECT_TRUE(found.secrets.empty());
}

TEST_P(StoreConformance, AnUpdateKeepsIdUsernameAndTimeOfCreation) {
  add_bot();
  ApiUser changed = make_api_user(kBot, "another-name");
  changed.description = "";
  changed.status = ApiUserStatus::disabled;
  changed.version = 2;
  changed.created_at = moment(50);
  changed.updated_at = moment(60);
  write(
      [&](Transaction& transaction) { return transaction.api_users().update(acme_.id, changed); });

  const ApiUser found = find_bot().user;
  EXPECT_EQ(found.username.text(), "ci-bot");
  EXPECT_EQ(found.created_at, moment(0));
  EXPECT_EQ(found.description, "");
  EXPECT_EQ(found.status, ApiUserStatus::disabled);
  EXPECT_EQ(found.version, 2);
  EXPECT_EQ(found.updated_at, moment(60));
}

TEST_P(StoreConformance, AnUpdateFromAnotherProjectFindsNothing) {
  add_bot();
  ApiUser changed = make_api_user(kBot, "ci-bot");
  changed.description = "taken over";
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.api_users().update(other_.id, changed);
            }),
            ErrorCode::not_found);
  EXPECT_EQ(find_bot().user.description, "builds things");
}

TEST_P(StoreConformance, ReplacesRolesAndListsThemByName) {
  add_bot();
  add_role(acme_, make_role(uuid(30), "zebra", "a.read"));
  add_role(acme_, make_role(uuid(31), "Ant", "b.read"));
  add_role(acme_, make_role(uuid(32), "ant", "c.read"));
  assign_roles(acme_, kBot, {uuid(30), uuid(31), uuid(30)});
  EXPECT_EQ(names_of(find_bot().roles), (std::vector<std::string>{"Ant", "zebra"}));
  assign_roles(acme_, kBot, {uuid(30), uuid(31), uuid(32)});
  EXPECT_EQ(names_of(find_bot().roles), (std::vector<std::string>{"Ant", "ant", "zebra"}));
  EXPECT_EQ(names_of(find<HeldRoles>([&](Transaction& transaction) {
                       return transaction.roles().list_of(acme_.id, kBot);
                     }).roles),
            (std::vector<std::string>{"Ant", "ant", "zebra"}));
  assign_roles(acme_, kBot, {});
  EXPECT_TRUE(find_bot().roles.empty());
}

TEST_P(StoreConformance, RejectsRolesAndApiUsersOfAnotherProject) {
  add_bot();
  add_other_bot();
  add_role(acme_, make_role(uuid(30), "mine", "a.read"));
  add_role(other_, make_role(uuid(31), "theirs", "a.read"));
  assign_roles(acme_, kBot, {uuid(30)});
  const struct {
    const char* what;
    Uuid api_user;
    Uuid role;
  } rows[] = {
      {"a role of another project", kBot, uuid(31)},
      {"an API user of another project", kOtherBot, uuid(30)},
      {"an unknown role", kBot, uuid(99)},
      {"an unknown API user", uuid(99), uuid(30)},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(refusal([&](Transaction& transaction) {
                return transaction.api_users().replace_roles(acme_.id, row.api_user,
                                                             std::array{row.role});
              }),
              ErrorCode::not_found);
  }
  EXPECT_EQ(names_of(find_bot().roles), std::vector<std::string>{"mine"});
}

TEST_P(StoreConformance, AnErasedApiUserHasNoSecretsAndRoles) {
  add_bot();
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  assign_roles(acme_, kBot, {uuid(30)});
  add_secret(acme_, make_secret(1, kBot));
  write([&](Transaction& t) { return t.api_users().erase(acme_.id, kBot, moment(9)); });

  EXPECT_FALSE(find_api_user(acme_, kBot));
  EXPECT_FALSE(find_client_record(acme_, secret_id(1)));
  EXPECT_FALSE(find<std::optional<Uuid>>([&](Transaction& transaction) {
    return transaction.api_users().find_id(acme_.id, *Username::parse("ci-bot"));
  }));
  EXPECT_TRUE(find<Page<ApiUserDetails>>([&](Transaction& transaction) {
                return transaction.api_users().list(acme_.id, {});
              }).items.empty());
  EXPECT_FALSE(find_owner(acme_, {kBot, uuid(50), {1}}));
  EXPECT_TRUE(find<HeldRoles>([&](Transaction& transaction) {
                return transaction.roles().list_of(acme_.id, kBot);
              }).roles.empty());
}

TEST_P(StoreConformance, NeitherIdNorUsernameOfAnErasedApiUserIsReused) {
  add_bot();
  write([&](Transaction& t) { return t.api_users().erase(acme_.id, kBot, moment(9)); });
  for (const ApiUser& again : {make_api_user(uuid(20), "ci-bot"), make_api_user(kBot, "new")}) {
    SCOPED_TRACE(again.username.text());
    EXPECT_EQ(refusal([&](Transaction& transaction) {
                return transaction.api_users().insert(acme_.id, again);
              }),
              ErrorCode::conflict);
  }
}

TEST_P(StoreConformance, AnErasedApiUserCannotBeChanged) {
  add_bot();
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  write([&](Transaction& t) { return t.api_users().erase(acme_.id, kBot, moment(9)); });
  const struct {
    const char* what;
    Store::Body body;
  } rows[] = {
      {"update",
       [&](Transaction& t) {
         return t.api_users().update(acme_.id, make_api_user(kBot, "ci-bot"));
       }},
      {"assign a role",
       [&](Transaction& t) {
         return t.api_users().replace_roles(acme_.id, kBot, std::array{uuid(30)});
       }},
      {"create a secret",
       [&](Transaction& t) {
         return t.client_credentials().insert(acme_.id, make_secret(1, kBot));
       }},
      {"erase again",
       [&](Transaction& t) { return t.api_users().erase(acme_.id, kBot, moment(9)); }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(refusal(row.body), ErrorCode::not_found);
  }
}

TEST_P(StoreConformance, ErasingFromAnotherProjectFindsNothing) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  EXPECT_EQ(
      refusal([&](Transaction& t) { return t.api_users().erase(other_.id, kBot, moment(9)); }),
      ErrorCode::not_found);
  EXPECT_EQ(find_bot().secrets.size(), 1U);
}

TEST_P(StoreConformance, TheOwnerOfATokenHasItsCurrentRoles) {
  add_bot();
  add_role(acme_, make_role(uuid(30), "reader", "a.read"));
  add_role(acme_, make_role(uuid(31), "admin", "*"));
  assign_roles(acme_, kBot, {uuid(30), uuid(31)});
  add_secret(acme_, make_secret(1, kBot));
  const TokenOwner owner = find_owner(acme_, {kBot, uuid(50), {1}}).value();
  EXPECT_EQ(owner.principal.id, kBot);
  EXPECT_EQ(owner.principal.kind, PrincipalKind::api_user);
  EXPECT_EQ(names_of(owner.held.roles), (std::vector<std::string>{"admin", "reader"}));
  EXPECT_TRUE(owner.token_active);
}

TEST_P(StoreConformance, ASlotIsValidOnlyIfAllocatedInItsProjectAndNotInvalid) {
  add_bot();
  add_other_bot();
  for (const std::uint32_t n : {1U, 2U}) add_secret(acme_, make_secret(n, kBot));
  add_secret(other_, make_secret(3, kOtherBot));
  write([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {2}); });
  const struct {
    const char* what;
    StatusSlot slot;
    bool valid;
  } rows[] = {
      {"invalidated", {2}, false},
      {"allocated by another project", {3}, false},
      {"never allocated", {4}, false},
      {"allocated", {1}, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto owner = find_owner(acme_, {kBot, uuid(50), row.slot});
    EXPECT_EQ(owner.value().token_active, row.valid);
  }
}

TEST_P(StoreConformance, ATokenOfADisabledApiUserIsInactive) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  ApiUser bot = find_bot().user;
  bot.status = ApiUserStatus::disabled;
  write([&](Transaction& t) { return t.api_users().update(acme_.id, bot); });
  EXPECT_FALSE(is_active(acme_, kBot, uuid(50)));
}

TEST_P(StoreConformance, TheOwnerOfATokenIsFoundWithTheSecretOfItsSlot) {
  add_bot();
  for (const std::uint32_t n : {1U, 2U}) add_secret(acme_, make_secret(n, kBot));
  const auto owner = find_owner(acme_, {kBot, uuid(50), {2}});
  EXPECT_EQ(owner.value().credential, make_secret(2, kBot).id.text());
}

TEST_P(StoreConformance, TheOwnerOfATokenIsNotFoundFromAnotherProject) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  EXPECT_FALSE(find_owner(other_, {kBot, uuid(50), {1}}));
}

}  // namespace
}  // namespace ptkl::storage
