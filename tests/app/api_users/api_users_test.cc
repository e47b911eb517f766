#include "app/api_users/api_users.h"

#include <gmock/gmock.h>

#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;
using testing::username;

class ApiUsers : public AppFixture {
 protected:
  Result<ApiUserDetails> create(const CreateApiUser& request) {
    return create_api_user(server_.context(), server_.owner(), request);
  }
  Result<ApiUserDetails> update(const Uuid& id, const UpdateApiUser& request,
                                ExpectedVersion expected = {}) {
    return update_api_user(server_.context(), server_.owner(), id, request, expected);
  }

  const UpdateApiUser disable_{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  const UpdateApiUser enable_{.description = {}, .status = ApiUserStatus::active, .roles = {}};
};

TEST_F(ApiUsers, RequireTheirPermissions) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  const Actor reader = server_.make_actor("reader", "api-users.read");
  const Actor writer = server_.make_actor("writer", "api-users.write");
  const AppContext context = server_.context();
  EXPECT_EQ(code_of(list_api_users(context, writer, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(get_api_user(context, writer, bot.user.id)), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(create_api_user(context, reader, {username("new"), "", {}})),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(update_api_user(context, reader, bot.user.id, disable_, {})),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(delete_api_user(context, reader, bot.user.id, {})),
            ErrorCode::permission_denied);

  EXPECT_TRUE(list_api_users(context, reader, {}));
  EXPECT_TRUE(get_api_user(context, reader, bot.user.id));
  EXPECT_TRUE(create_api_user(context, writer, {username("new"), "", {}}));
  EXPECT_TRUE(update_api_user(context, writer, bot.user.id, disable_, {}));
  EXPECT_TRUE(delete_api_user(context, writer, bot.user.id, {}));
}

TEST_F(ApiUsers, HideOtherProjects) {
  const CreatedProject other = server_.make_project("globex");
  for (const Uuid& id : {other.owner.id, testing::unknown_uuid()}) {
    SCOPED_TRACE(id.text());
    EXPECT_EQ(code_of(get_api_user(server_.context(), server_.owner(), id)), ErrorCode::not_found);
    EXPECT_EQ(code_of(update(id, disable_)), ErrorCode::not_found);
    EXPECT_EQ(code_of(delete_api_user(server_.context(), server_.owner(), id, {})),
              ErrorCode::not_found);
  }
}

TEST_F(ApiUsers, AreNotCreatedWithAnUnknownRole) {
  const CreatedProject other = server_.make_project("globex");
  TokenRequest request = server_.token_request("owner", other.secret.text());
  request.client.project = "globex";
  const auto token = issue_token(server_.context(), std::move(request));
  ASSERT_TRUE(token);
  const Actor stranger =
      expect_done(authenticate(server_.context(), "globex", token->access_token.reveal()));
  const Uuid foreign = stranger.roles.front().id;

  for (const Uuid& role : {testing::unknown_uuid(), foreign}) {
    SCOPED_TRACE(role.text());
    const auto refused = create({username("bot"), "", {role}});
    ASSERT_EQ(code_of(refused), ErrorCode::invalid_argument);
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields.front().field, "roles");
  }
  EXPECT_TRUE(create({username("bot"), "", {}})) << "what was refused left nothing behind";
}

TEST_F(ApiUsers, HaveNoMoreRolesThanFitIntoAToken) {
  std::vector<Uuid> roles;
  roles.reserve(100);
  for (int i = 0; i < 100; ++i) {
    roles.push_back(server_.make_role(std::string(60, 'r') + std::to_string(i), "a").id);
  }
  const Actor owner = server_.owner();
  EXPECT_EQ(code_of(create_api_user(server_.context(), owner, {username("bot"), "", roles})),
            ErrorCode::conflict);
  const auto bot = server_.make_api_user("ci-bot");
  const UpdateApiUser change{.description = {}, .status = {}, .roles = roles};
  EXPECT_EQ(code_of(update_api_user(server_.context(), owner, bot.user.id, change, {})),
            ErrorCode::conflict);
  EXPECT_TRUE(server_.read(bot.user.id).roles.empty());
}

TEST_F(ApiUsers, HaveUniqueNamesThatAreNeverReused) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  EXPECT_EQ(code_of(create({username("bot"), "", {}})), ErrorCode::conflict);
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), bot.user.id, {}));
  EXPECT_EQ(code_of(create({username("bot"), "", {}})), ErrorCode::conflict);
}

TEST_F(ApiUsers, HaveADescriptionOfPlainText) {
  const std::string bad[] = {"two\nlines", std::string(201, 'a'), std::string("nul\0", 4)};
  for (const std::string& description : bad) {
    SCOPED_TRACE(description);
    EXPECT_EQ(code_of(create({username("bot"), description, {}})), ErrorCode::invalid_argument);
  }
  const auto made = create({username("bot"), "deploys the shop", {}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->user.description, "deploys the shop");
  EXPECT_EQ(code_of(update(made->user.id, {.description = "a\tb", .status = {}, .roles = {}})),
            ErrorCode::invalid_argument);
  EXPECT_EQ(update(made->user.id, {.description = "", .status = {}, .roles = {}})->user.description,
            "");
}

TEST_F(ApiUsers, AreCreatedActiveWithTheirRoles) {
  const Role role = server_.make_role("reader", "components.read");
  const auto made = create({username("bot"), "", {role.id, role.id}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->user.status, ApiUserStatus::active);
  EXPECT_EQ(made->user.version, 1);
  EXPECT_EQ(made->user.created_at, server_.clock.now());
  ASSERT_EQ(made->roles.size(), 1U) << "named twice is named once";
  EXPECT_EQ(made->roles.front().id, role.id);
  EXPECT_TRUE(made->secrets.empty());
}

TEST_F(ApiUsers, AreListedInTheOrderOfCreation) {
  server_.make_api_user("b");
  server_.make_api_user("a");
  const auto first = list_api_users(server_.context(), server_.owner(),
                                    {.page = {.after = {}, .limit = 2}, .name = {}});
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->next);
  const auto second = list_api_users(server_.context(), server_.owner(),
                                     {.page = {.after = first->next, .limit = 2}, .name = {}});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->next, std::nullopt);
  std::vector<std::string> names;
  for (const auto& user : first->items) names.push_back(user.user.username.text());
  for (const auto& user : second->items) names.push_back(user.user.username.text());
  EXPECT_THAT(names, ::testing::ElementsAre("owner", "b", "a"));
}

TEST_F(ApiUsers, AreNotChangedInAnOutdatedVersion) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  ASSERT_TRUE(update(bot.user.id, disable_, 1));
  EXPECT_EQ(code_of(update(bot.user.id, enable_, 1)), ErrorCode::precondition_failed);
  EXPECT_EQ(code_of(delete_api_user(server_.context(), server_.owner(), bot.user.id, 1)),
            ErrorCode::precondition_failed);
  EXPECT_EQ(server_.read(bot.user.id).user.status, ApiUserStatus::disabled);
  EXPECT_TRUE(delete_api_user(server_.context(), server_.owner(), bot.user.id, 2));
}

TEST_F(ApiUsers, GetANewVersionByEachChange) {
  const Role role = server_.make_role("reader", "components.read");
  const ApiUserDetails bot = server_.make_api_user("bot");
  const UpdateApiUser changes[] = {
      {.description = "new", .status = {}, .roles = {}},
      {.description = {}, .status = {}, .roles = {{role.id}}},
      disable_,
      enable_,
      {.description = {}, .status = {}, .roles = std::vector<Uuid>{}},
  };
  std::int64_t version = 1;
  for (const UpdateApiUser& change : changes) {
    server_.clock.advance(1s);
    const auto changed = update(bot.user.id, change);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->user.version, ++version);
    EXPECT_EQ(changed->user.updated_at, server_.clock.now());
    EXPECT_EQ(changed->user.created_at, bot.user.created_at);
  }
}

TEST_F(ApiUsers, StayUnchangedByAnEmptyChange) {
  const Role role = server_.make_role("reader", "components.read");
  const ApiUserDetails bot = server_.make_api_user("bot", {role});
  const CreatedSecret secret = server_.make_secret(bot);
  const SecretString token = server_.token_of("bot", secret.secret.text());
  const ApiUserDetails before = server_.read(bot.user.id);
  server_.clock.advance(1s);
  const struct {
    const char* what;
    UpdateApiUser change;
  } rows[] = {
      {"nothing given", {}},
      {"the same description", {.description = "", .status = {}, .roles = {}}},
      {"active already", enable_},
      {"the same role, twice", {.description = {}, .status = {}, .roles = {{role.id, role.id}}}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto after = update(bot.user.id, row.change);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->user.version, before.user.version);
    EXPECT_EQ(after->user.updated_at, before.user.updated_at);
    EXPECT_EQ(after->secrets.front().slot, secret.record.slot);
    EXPECT_TRUE(server_.is_valid(token));
  }
}

TEST_F(ApiUsers, AreNotFoundOnceDeleted) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), bot.user.id, {}));
  EXPECT_EQ(code_of(get_api_user(server_.context(), server_.owner(), bot.user.id)),
            ErrorCode::not_found);
  EXPECT_EQ(code_of(delete_api_user(server_.context(), server_.owner(), bot.user.id, {})),
            ErrorCode::not_found);
  EXPECT_EQ(list_api_users(server_.context(), server_.owner(), {})->items.size(), 1U);
}

}  // namespace
}  // namespace ptkl::app
