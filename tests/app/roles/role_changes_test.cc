// Editing and deleting roles: required permissions, revoked tokens and the last owner.
#include <algorithm>
#include <functional>

#include <gmock/gmock.h>

#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

UpdateRole permissions_to(std::string_view text) {
  return {.permissions = testing::permission_set(text), .workspaces = {}, .level = {}};
}
UpdateRole level_to(int level) {
  return {.permissions = {}, .workspaces = {}, .level = testing::access_level(level)};
}
UpdateRole workspaces_to(std::string_view text) {
  return {.permissions = {}, .workspaces = expect_done(parse_workspaces(text)), .level = {}};
}

class RoleChanges : public AppFixture {
 protected:
  Result<Role> edit(const Actor& actor, const Uuid& id, const UpdateRole& change) {
    return update_role(server_.context(), actor, id, change, {});
  }
  Result<RoleDeletion> erase(const Actor& actor, const Uuid& id) {
    return delete_role(server_.context(), actor, id, {});
  }
  Result<RoleDeletion> preview(const Actor& actor, const Uuid& id) {
    return preview_role_deletion(server_.context(), actor, id, {});
  }
  Role read_role(const Uuid& id) {
    return expect_done(get_role(server_.context(), server_.owner(), id));
  }
  Uuid first_role_of(const Uuid& project) {
    Uuid id;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      id = expect_done(transaction.roles().list(project, {})).items.front().id;
      return {};
    }));
    return id;
  }
  Role owner_role() { return server_.owner().roles.front(); }
};

TEST_F(RoleChanges, NeedThePermissionToWriteRoles) {
  const Role role = server_.make_role("empty", "");
  const Actor reader = server_.make_actor("reader", "roles.read api-users.*");
  EXPECT_EQ(code_of(edit(reader, role.id, level_to(1))), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(erase(reader, role.id)), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(preview(reader, role.id)), ErrorCode::permission_denied);
  EXPECT_EQ(read_role(role.id).version, 1);
}

TEST_F(RoleChanges, FindNoRoleOfAnotherProject) {
  Actor stranger = server_.owner();
  const Uuid foreign = server_.make_role("mine", "").id;
  const CreatedProject other = server_.make_project("globex");
  const Uuid of_other = first_role_of(other.project.id);
  for (const Uuid& id : {testing::unknown_uuid(), of_other}) {
    EXPECT_EQ(code_of(edit(stranger, id, level_to(1))), ErrorCode::not_found);
    EXPECT_EQ(code_of(erase(stranger, id)), ErrorCode::not_found);
    EXPECT_EQ(code_of(preview(stranger, id)), ErrorCode::not_found);
  }
  // An actor of acme in another project is rejected before any lookup.
  stranger.project = other.project;
  EXPECT_FALSE(edit(stranger, foreign, level_to(1)));
  EXPECT_FALSE(erase(stranger, foreign));
}

TEST_F(RoleChanges, GiveNothingThatTheirAuthorLacks) {
  const Actor clerk = server_.make_actor("clerk", "roles.write a.* b", 50, "eu us");
  const struct {
    const char* what;
    const char* permissions;
    int level;
    const char* workspaces;
    UpdateRole change;
    bool allowed;
  } rows[] = {
      {"a permission comes", "a.x", 1, "", permissions_to("a.x c"), false},
      {"everything comes", "a.x", 1, "", permissions_to("*"), false},
      {"a level above one's own comes", "a.x", 1, "", level_to(51), false},
      {"a permission above goes", "a.x c", 1, "", permissions_to("a.x"), false},
      {"all goes of a role that gives more", "*", 1, "", permissions_to(""), false},
      {"a level above goes down", "a.x", 51, "", level_to(1), false},
      {"the workspaces of a role that gives more", "c", 1, "", workspaces_to("eu"), false},
      {"nothing changes of a role that gives more", "c", 1, "", permissions_to("c"), false},
      {"a workspace comes", "a.x", 1, "eu", workspaces_to("eu prod"), false},
      {"a workspace that the maker does not have goes", "a.x", 1, "eu prod", workspaces_to("eu"),
       false},
      {"the level, beside such a workspace", "a.x", 1, "prod", level_to(2), false},
      {"all that one has", "a.x", 1, "", permissions_to("a.* b roles.write"), true},
      {"up to one's own level", "a.x", 1, "", level_to(50), true},
      {"up to one's own workspaces", "a.x", 1, "eu", workspaces_to("eu us"), true},
      {"to no workspace", "a.x", 1, "eu us", workspaces_to(""), true},
      {"to nothing", "a.x b", 50, "", permissions_to(""), true},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const Role role = server_.make_role("role " + std::to_string(++number), row.permissions,
                                        row.level, row.workspaces);
    const auto expected = row.allowed ? std::nullopt : std::optional(ErrorCode::permission_denied);
    EXPECT_EQ(code_of(edit(clerk, role.id, row.change)), expected);
    EXPECT_EQ(read_role(role.id).version, row.allowed ? 2 : 1);
  }
}

TEST_F(RoleChanges, WidenNoRoleOfTheirAuthor) {
  const Actor clerk = server_.make_actor("clerk", "roles.write a", 50, "eu");
  const Uuid own = clerk.roles.front().id;
  EXPECT_EQ(code_of(edit(clerk, own, permissions_to("roles.write a b"))),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(edit(clerk, own, permissions_to("roles.*"))), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(edit(clerk, own, level_to(51))), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(edit(clerk, own, workspaces_to("eu us"))), ErrorCode::permission_denied);
  EXPECT_TRUE(edit(clerk, own, permissions_to("a"))) << "but narrow it, if they like";
  EXPECT_EQ(code_of(edit(clerk, own, level_to(1))), ErrorCode::unauthenticated);
}

TEST_F(RoleChanges, DeleteNoRoleAboveTheirAuthor) {
  const Actor clerk = server_.make_actor("clerk", "roles.write a.*", 50, "eu");
  const Role more = server_.make_role("more", "a.x c", 1);
  const Role higher = server_.make_role("higher", "a.x", 51);
  const Role elsewhere = server_.make_role("elsewhere", "a.x", 1, "prod");
  const Role equal = server_.make_role("equal", "a.*", 50, "eu");
  for (const Role& role : {more, higher, elsewhere}) {
    EXPECT_EQ(code_of(erase(clerk, role.id)), ErrorCode::permission_denied);
    EXPECT_EQ(code_of(preview(clerk, role.id)), ErrorCode::permission_denied);
    EXPECT_EQ(read_role(role.id).version, 1);
  }
  EXPECT_TRUE(erase(clerk, equal.id));
}

TEST_F(RoleChanges, AreRefusedUnderAnotherVersion) {
  const Role role = server_.make_role("reader", "a");
  const Actor owner = server_.owner();
  const AppContext context = server_.context();
  EXPECT_EQ(code_of(update_role(context, owner, role.id, level_to(3), 2)),
            ErrorCode::precondition_failed);
  EXPECT_EQ(code_of(delete_role(context, owner, role.id, 2)), ErrorCode::precondition_failed);
  EXPECT_EQ(code_of(preview_role_deletion(context, owner, role.id, 2)),
            ErrorCode::precondition_failed);
  ASSERT_TRUE(update_role(context, owner, role.id, level_to(3), 1));
  EXPECT_EQ(code_of(update_role(context, owner, role.id, level_to(4), 1)),
            ErrorCode::precondition_failed);
  EXPECT_TRUE(delete_role(context, owner, role.id, 2));
}

std::string many_permissions(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() + 10 <= bytes; ++i) {
    text += (text.empty() ? "p" : " p") + std::to_string(10'000'000 + i);
  }
  return text;
}

TEST_F(RoleChanges, LeaveNoTokenTooLarge) {
  const Role large = server_.make_role("large", many_permissions(3000));
  const Role small = server_.make_role("small", "a");
  server_.make_api_user("both", {large, small});
  EXPECT_EQ(code_of(edit(server_.owner(), large.id, permissions_to(many_permissions(5000)))),
            ErrorCode::conflict)
      << "by itself";
  EXPECT_EQ(code_of(edit(server_.owner(), small.id, workspaces_to(many_permissions(1500)))),
            ErrorCode::conflict)
      << "together with another role of one who has it";
  EXPECT_EQ(read_role(small.id).version, 1);
  EXPECT_TRUE(edit(server_.owner(), small.id, permissions_to("a b")));
}

TEST_F(RoleChanges, StoreOnlyTheGivenMembers) {
  Role role = server_.make_role("Deployer", "deploy.*", 40);
  server_.clock.advance(1s);
  const Actor owner = server_.owner();
  ASSERT_TRUE(edit(owner, role.id, workspaces_to("eu us")));
  ASSERT_TRUE(edit(owner, role.id, level_to(50)));
  const auto edited = edit(owner, role.id, permissions_to("deploy.* builds.read"));
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->version, 4);
  EXPECT_EQ(edited->updated_at, server_.clock.now());
  EXPECT_EQ(edited->created_at, role.created_at);
  const Role stored = read_role(role.id);
  EXPECT_EQ(stored.name, role.name);
  EXPECT_EQ(stored.permissions.text(), "builds.read deploy.*");
  EXPECT_EQ(to_text(stored.workspaces), "eu us");
  EXPECT_EQ(stored.level.value(), 50);
  EXPECT_EQ(stored.version, 4);
  EXPECT_EQ(edit(owner, role.id, {})->version, 4) << "nothing to change";
  EXPECT_EQ(edit(owner, role.id, level_to(50))->version, 4) << "it is so already";
}

TEST_F(RoleChanges, ApplyImmediately) {
  const Role role = server_.make_role("reader", "api-users.read");
  const CreatedSecret made = server_.make_secret(server_.make_api_user("bot", {role}));
  const Actor before = server_.actor_of("bot", made.secret.text());
  ASSERT_TRUE(edit(server_.owner(), role.id, permissions_to("api-users.read roles.read")));
  const Actor after = server_.actor_of("bot", made.secret.text());
  EXPECT_TRUE(require(after, "roles.read"));
  ASSERT_TRUE(erase(server_.owner(), role.id));
  EXPECT_FALSE(require(server_.actor_of("bot", made.secret.text()), "api-users.read"));
}

TEST_F(RoleChanges, DeleteARoleForAllHolders) {
  const Role role = server_.make_role("reader", "a");
  const Role other = server_.make_role("other", "b");
  const ApiUserDetails one = server_.make_api_user("one", {role, other});
  const ApiUserDetails two = server_.make_api_user("two", {role});
  const ApiUserDetails without = server_.make_api_user("without", {other});
  server_.clock.advance(1s);

  EXPECT_EQ(expect_done(preview(server_.owner(), role.id)).affected_api_users, 2);
  EXPECT_EQ(read_role(role.id).version, 1) << "nothing has changed";
  EXPECT_EQ(server_.read(one.user.id).roles.size(), 2U);

  EXPECT_EQ(expect_done(erase(server_.owner(), role.id)).affected_api_users, 2);
  EXPECT_EQ(code_of(get_role(server_.context(), server_.owner(), role.id)), ErrorCode::not_found);
  ASSERT_EQ(server_.read(one.user.id).roles.size(), 1U);
  EXPECT_EQ(server_.read(one.user.id).roles.front().id, other.id);
  EXPECT_TRUE(server_.read(two.user.id).roles.empty());
  EXPECT_EQ(server_.read(two.user.id).user.version, two.user.version + 1);
  EXPECT_EQ(server_.read(without.user.id).user.version, without.user.version);
  EXPECT_NE(server_.make_role("reader", "a").id, role.id) << "the name is free again";
}

TEST_F(RoleChanges, RevokeTokensExactlyWhenTheyRemoveRights) {
  const struct {
    const char* what;
    std::function<void(const Uuid&)> change;
    bool takes;
  } rows[] = {
      {"deleted", [&](const Uuid& id) { expect_done(erase(server_.owner(), id)); }, true},
      {"a permission off",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, permissions_to("a.*"))); },
       true},
      {"a permission narrower",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, permissions_to("a.x b"))); },
       true},
      {"another permission instead",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, permissions_to("a.* c"))); },
       true},
      {"a workspace off",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, workspaces_to("eu"))); }, true},
      {"a lower level",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, level_to(4))); }, true},
      {"a lower level, and more permissions",
       [&](const Uuid& id) {
         UpdateRole change = permissions_to("a.* b c");
         change.level = testing::access_level(4);
         expect_done(edit(server_.owner(), id, change));
       },
       true},
      {"a permission more",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, permissions_to("a.* b c"))); },
       false},
      {"everything instead",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, permissions_to("*"))); }, false},
      {"a workspace more",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, workspaces_to("eu us x"))); },
       false},
      {"a higher level",
       [&](const Uuid& id) { expect_done(edit(server_.owner(), id, level_to(6))); }, false},
      {"no change", [&](const Uuid& id) { expect_done(edit(server_.owner(), id, {})); }, false},
      {"only asked what deleting would do",
       [&](const Uuid& id) { expect_done(preview(server_.owner(), id)); }, false},
  };
  const Role another = server_.make_role("another", "a.* b", 5);
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string name = "bot-" + std::to_string(++number);
    const Role role = server_.make_role("role " + name, "a.* b", 5);
    expect_done(edit(server_.owner(), role.id, workspaces_to("eu us")));
    // Another role with the same rights makes no difference.
    const ApiUserDetails bot = server_.make_api_user(name, {role, another});
    const CreatedSecret old_secret = server_.make_secret(bot);
    const CreatedSecret secret =
        server_.make_secret(bot, {.overlap = 1h, .expires_in = {}, .label = ""});
    const SecretString token = server_.token_of(name, secret.secret.text());
    const SecretString old_token = server_.token_of(name, old_secret.secret.text());
    const std::int64_t before = server_.rights_version_of(old_token);
    row.change(role.id);
    EXPECT_EQ(server_.is_valid(token), !row.takes);
    EXPECT_EQ(server_.is_valid(old_token), !row.takes);
    EXPECT_TRUE(server_.is_valid(server_.token_of(name, secret.secret.text())));
    const SecretString next = server_.token_of(name, old_secret.secret.text());
    EXPECT_TRUE(server_.is_valid(next));
    EXPECT_EQ(server_.rights_version_of(next) > before, row.takes);
  }
}

TEST_F(RoleChanges, RevokeNoTokensOfOthers) {
  const Role role = server_.make_role("reader", "a");
  const Role same = server_.make_role("same", "a");
  const CreatedSecret made = server_.make_secret(server_.make_api_user("bystander", {same}));
  const SecretString token = server_.token_of("bystander", made.secret.text());
  server_.make_secret(server_.make_api_user("bot", {role}));
  ASSERT_TRUE(edit(server_.owner(), role.id, permissions_to("")));
  ASSERT_TRUE(erase(server_.owner(), role.id));
  EXPECT_TRUE(server_.is_valid(token));
}

class LastOwnersRole : public RoleChanges {
 protected:
  void expect_kept() {
    const Role role = owner_role();
    EXPECT_EQ(code_of(erase(server_.owner(), role.id)), ErrorCode::conflict);
    EXPECT_EQ(code_of(preview(server_.owner(), role.id)), ErrorCode::conflict);
    EXPECT_EQ(code_of(edit(server_.owner(), role.id, permissions_to("roles.*"))),
              ErrorCode::conflict);
    EXPECT_EQ(read_role(role.id).version, role.version);
  }
};

TEST_F(LastOwnersRole, StaysWithoutAnotherOne) { expect_kept(); }

TEST_F(LastOwnersRole, StaysIfTheOthersHaveTheSameRole) {
  server_.make_secret(server_.make_api_user("second", {owner_role()}));
  expect_kept();
}

TEST_F(LastOwnersRole, StaysIfTheOtherCannotLogIn) {
  const Role all = server_.make_role("all", "*", 100);
  const ApiUserDetails second = server_.make_api_user("second", {all});
  expect_kept();
  server_.make_secret(second, {.overlap = 0s, .expires_in = 60s, .label = ""});
  server_.clock.advance(60s);
  expect_kept();
}

TEST_F(LastOwnersRole, MayChangeItsOtherRights) {
  const Role role = owner_role();
  EXPECT_TRUE(edit(server_.owner(), role.id, workspaces_to("eu")));
  EXPECT_TRUE(edit(server_.owner(), role.id, permissions_to("* a.b")));
}

TEST_F(LastOwnersRole, CanBeDeletedIfAnotherRoleGivesEverything) {
  const Role all = server_.make_role("all", "* a", 100);
  const UpdateApiUser both{.description = {}, .status = {}, .roles = {{owner_role().id, all.id}}};
  ASSERT_TRUE(
      update_api_user(server_.context(), server_.owner(), server_.acme->owner.id, both, {}));
  const Uuid first = server_.owner().roles.back().id;
  ASSERT_EQ(server_.owner().roles.back().name.text(), "owner");
  EXPECT_TRUE(edit(server_.owner(), first, permissions_to("")));
  EXPECT_TRUE(erase(server_.owner(), first));
  EXPECT_EQ(code_of(erase(server_.owner(), all.id)), ErrorCode::conflict);
}

}  // namespace
}  // namespace ptkl::app
