#include "app/roles/roles.h"

#include <gmock/gmock.h>

#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

class Roles : public AppFixture {
 protected:
  CreateRole named(std::string_view name, std::string_view permissions = "", int level = 0,
                   std::string_view workspaces = "") {
    return {expect_done(RoleName::parse(name)), testing::permission_set(permissions),
            expect_done(parse_workspaces(workspaces)), testing::access_level(level)};
  }
};

TEST_F(Roles, RequireTheirPermissions) {
  const Role role = server_.make_role("reader", "components.read");
  const Actor reader = server_.make_actor("r", "roles.read");
  const Actor writer = server_.make_actor("w", "roles.write");
  const AppContext context = server_.context();
  EXPECT_EQ(code_of(list_roles(context, writer, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(get_role(context, writer, role.id)), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(create_role(context, reader, named("new"))), ErrorCode::permission_denied);

  EXPECT_TRUE(list_roles(context, reader, {}));
  EXPECT_TRUE(get_role(context, reader, role.id));
  EXPECT_TRUE(create_role(context, writer, named("new")));
}

TEST_F(Roles, GiveNothingThatTheirCreatorLacks) {
  const Actor maker =
      server_.make_actor("maker", "roles.write components.read deploy.*", 50, "eu us");
  const struct {
    const char* what;
    const char* permissions;
    int level;
    const char* workspaces;
    bool allowed;
  } rows[] = {
      {"another permission", "components.write", 0, "", false},
      {"everything", "*", 0, "", false},
      {"more of the same", "components.*", 0, "", false},
      {"a level above", "components.read", 51, "", false},
      {"another workspace", "components.read", 0, "prod", false},
      {"another workspace beside its own", "components.read", 0, "eu prod", false},
      {"another workspace and nothing else", "", 0, "prod", false},
      {"the same", "components.read deploy.*", 50, "eu us", true},
      {"less", "deploy.production", 10, "us", true},
      {"nothing", "", 0, "", true},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const CreateRole request =
        named("role " + std::to_string(++number), row.permissions, row.level, row.workspaces);
    EXPECT_EQ(code_of(create_role(server_.context(), maker, request)),
              row.allowed ? std::nullopt : std::optional(ErrorCode::permission_denied));
  }
}

TEST_F(Roles, CanBeCreatedForAnyWorkspaceOnlyWithStar) {
  const Actor star = server_.make_actor("star", "*", 10);
  const Actor almost = server_.make_actor("almost", "roles.* users.* api-users.*", 10);
  EXPECT_EQ(code_of(create_role(server_.context(), almost, named("new", "", 0, "prod"))),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(create_role(server_.context(), star, named("new", "", 0, "prod"))),
            std::nullopt);
}

TEST_F(Roles, AreNotLargerThanATokenCanCarry) {
  std::string permissions = "p0";
  for (int i = 1; i < 1000; ++i) permissions += " permission" + std::to_string(i);
  const auto made = create_role(server_.context(), server_.owner(), named("large", permissions));
  EXPECT_EQ(code_of(made), ErrorCode::conflict);
}

TEST_F(Roles, HaveUniqueNamesInTheirProject) {
  server_.make_role("reader", "");
  EXPECT_EQ(code_of(create_role(server_.context(), server_.owner(), named("reader"))),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(create_role(server_.context(), server_.owner(), named("owner"))),
            ErrorCode::conflict);
  EXPECT_NO_FATAL_FAILURE(server_.make_project("globex")) << "each project has an owner of its own";
}

TEST_F(Roles, OfAnotherProjectAreNotFound) {
  const CreatedProject other = server_.make_project("globex");
  Actor stranger = server_.owner();
  const Uuid foreign = stranger.roles.front().id;
  stranger.project = other.project;
  EXPECT_EQ(code_of(get_role(server_.context(), stranger, foreign)), ErrorCode::not_found);
  EXPECT_EQ(code_of(get_role(server_.context(), stranger, testing::unknown_uuid())),
            ErrorCode::not_found);
}

TEST_F(Roles, AreStoredAsCreated) {
  CreateRole request = named("Deployer", "deploy.* builds.read", 40);
  request.workspaces = expect_done(parse_workspaces("eu us"));
  const auto made = create_role(server_.context(), server_.owner(), request);
  ASSERT_TRUE(made);
  const auto read = get_role(server_.context(), server_.owner(), made->id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, request.name);
  EXPECT_EQ(read->permissions, request.permissions);
  EXPECT_EQ(to_text(read->workspaces), "eu us");
  EXPECT_EQ(read->level.value(), 40);
  EXPECT_EQ(read->version, 1);
  EXPECT_EQ(read->created_at, server_.clock.now());
}

TEST_F(Roles, AreListedPageByPage) {
  server_.make_role("b", "");
  server_.make_role("a", "");
  std::vector<std::string> names;
  NamedPageRequest<RoleName> request{.page = {.after = {}, .limit = 1}, .name = {}};
  do {
    const auto roles = list_roles(server_.context(), server_.owner(), request);
    ASSERT_TRUE(roles);
    for (const Role& role : roles->items) names.push_back(role.name.text());
    request.page.after = roles->next;
  } while (request.page.after);
  EXPECT_THAT(names, ::testing::ElementsAre("owner", "b", "a"));
}

}  // namespace
}  // namespace ptkl::app
