// A caller can give only rights that it has.
#include <gmock/gmock.h>

#include "app/api_users/api_users.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::username;

constexpr int kLevel = 50;

class Giving : public AppFixture {
 protected:
  Giving()
      : actor_(server_.make_actor("admin", "api-users.* roles.write components.read deploy.*",
                                  kLevel, "eu us")) {}

  Result<ApiUserDetails> give(const ApiUserDetails& user, const std::vector<Role>& roles) {
    UpdateApiUser change{.description = {}, .status = {}, .roles = std::vector<Uuid>{}};
    for (const Role& role : roles) change.roles->push_back(role.id);
    return update_api_user(server_.context(), actor_, user.user.id, change, {});
  }
  Result<ApiUserDetails> set_status(const ApiUserDetails& user, ApiUserStatus status) {
    const UpdateApiUser change{.description = {}, .status = status, .roles = {}};
    return update_api_user(server_.context(), actor_, user.user.id, change, {});
  }

  Actor actor_;
};

TEST_F(Giving, RequiresEveryPermissionWorkspaceAndTheLevelOfTheRole) {
  const struct {
    const char* what;
    const char* permissions;
    int level;
    const char* workspaces;
    bool allowed;
  } rows[] = {
      {"a permission that is missing", "components.write", 0, "", false},
      {"one of two that is missing", "components.read components.write", 0, "", false},
      {"more than what is held", "components.*", 0, "", false},
      {"everything", "*", 0, "", false},
      {"a level above", "components.read", kLevel + 1, "", false},
      {"a workspace that is missing", "components.read", 0, "prod", false},
      {"one of two workspaces that is missing", "components.read", 0, "eu prod", false},
      {"a workspace alone", "", 0, "prod", false},
      {"the same permission", "components.read", 0, "", true},
      {"a part of a star", "deploy.production", 0, "", true},
      {"the same level", "deploy.*", kLevel, "", true},
      {"the same workspaces", "components.read", 0, "eu us", true},
      {"one of the workspaces", "components.read", 0, "us", true},
      {"nothing", "", 0, "", true},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string name = "bot-" + std::to_string(++number);
    const Role role = server_.make_role(name, row.permissions, row.level, row.workspaces);
    const std::optional<ErrorCode> expected =
        row.allowed ? std::nullopt : std::optional(ErrorCode::permission_denied);

    EXPECT_EQ(code_of(create_api_user(server_.context(), actor_, {username(name), "", {role.id}})),
              expected);
    const ApiUserDetails plain = server_.make_api_user(name + "-plain");
    EXPECT_EQ(code_of(give(plain, {role})), expected);
    const ApiUserDetails holder = server_.make_api_user(name + "-holder", {role});
    EXPECT_EQ(code_of(create_secret(server_.context(), actor_, holder.user.id, {})), expected);
    const UpdateApiUser disable{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
    ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), holder.user.id, disable, {}));
    EXPECT_EQ(code_of(set_status(holder, ApiUserStatus::active)), expected);
  }
}

TEST_F(Giving, ChecksOnlyTheRolesThatAreAdded) {
  const Role strong = server_.make_role("strong", "components.*", 0, "prod");
  const Role weak = server_.make_role("weak", "components.read");
  const ApiUserDetails bot = server_.make_api_user("bot", {strong});
  EXPECT_TRUE(give(bot, {strong, weak}));
  const ApiUserDetails other = server_.make_api_user("other", {weak});
  EXPECT_EQ(code_of(give(other, {weak, strong})), ErrorCode::permission_denied);
}

TEST_F(Giving, ChecksAllRolesWhenItEnablesAndAddsOne) {
  const Role strong = server_.make_role("strong", "components.*");
  const Role weak = server_.make_role("weak", "components.read");
  const ApiUserDetails bot = server_.make_api_user("bot", {strong});
  const UpdateApiUser disable{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot.user.id, disable, {}));
  const UpdateApiUser both{
      .description = {}, .status = ApiUserStatus::active, .roles = {{strong.id, weak.id}}};
  EXPECT_EQ(code_of(update_api_user(server_.context(), actor_, bot.user.id, both, {})),
            ErrorCode::permission_denied);
}

TEST_F(Giving, RolesOfAnyWorkspaceRequiresStar) {
  const Role role = server_.make_role("prod role", "components.read", 10, "prod");
  const Actor star = server_.make_actor("star", "*", 10);
  const Actor almost = server_.make_actor("almost", "api-users.* components.* roles.* users.*", 10);
  EXPECT_EQ(code_of(create_api_user(server_.context(), almost, {username("a"), "", {role.id}})),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(create_api_user(server_.context(), star, {username("b"), "", {role.id}})),
            std::nullopt);
}

TEST_F(Giving, DoesNotRaiseTheCallerItself) {
  const Role everything = server_.make_role("everything", "*");
  const Role elsewhere = server_.make_role("elsewhere", "", 0, "prod");
  const ApiUserDetails self = server_.read(actor_.principal.id);
  EXPECT_EQ(code_of(give(self, {self.roles.front(), elsewhere})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(give(self, {self.roles.front(), everything})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(create_role(server_.context(), actor_,
                                {*RoleName::parse("more"),
                                 testing::permission_set("secret.things"),
                                 {},
                                 testing::access_level(0)})),
            ErrorCode::permission_denied);
}

TEST_F(Giving, RequiresRightsThatTheCallerStillHas) {
  const Role deployer = server_.make_role("deployer", "deploy.production");
  const Role narrow = server_.make_role("narrow", "api-users.*");
  // `actor` was authenticated with deploy.*; its token is revoked with the role.
  const UpdateApiUser taken{.description = {}, .status = {}, .roles = {{narrow.id}}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), actor_.principal.id, taken, {}));
  EXPECT_EQ(
      code_of(create_api_user(server_.context(), actor_, {username("late"), "", {deployer.id}})),
      ErrorCode::unauthenticated);
}

}  // namespace
}  // namespace ptkl::app
