// Lists that are filtered by an exact name.
#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kListedApiUsers = "/v1/projects/acme/api-users";
constexpr const char* kListedUsers = "/v1/projects/acme/users";
constexpr const char* kListedRoles = "/v1/projects/acme/roles";

class NameFilter : public ApiFixture {
 protected:
  /// The member `key` of each item.
  std::vector<std::string> list(const std::string& path, const char* key) {
    const http::Response response = api.get(path);
    EXPECT_EQ(response.status, 200) << path;
    const auto body = body_of(response);
    EXPECT_TRUE(body.at("next_cursor").is_null());
    std::vector<std::string> values;
    for (const auto& item : body.at("items").as_array()) {
      values.emplace_back(item.as_object().at(key).as_string());
    }
    return values;
  }
};

TEST_F(NameFilter, RefusesWhatCannotBeAName) {
  struct Row {
    std::string path;
    const char* field;
  };
  const Row rows[] = {
      {std::string(kListedApiUsers) + "?username=", "username"},
      {std::string(kListedApiUsers) + "?username=CI", "username"},
      {std::string(kListedApiUsers) + "?username=a%40example.com", "username"},
      {std::string(kListedApiUsers) + "?username=a&username=a", "username"},
      {std::string(kListedApiUsers) + "?name=a", "name"},
      {std::string(kListedApiUsers) + "?email=a%40example.com", "email"},
      {std::string(kListedUsers) + "?email=alice", "email"},
      {std::string(kListedUsers) + "?username=alice", "username"},
      {std::string(kListedRoles) + "?name=", "name"},
      {std::string(kListedRoles) + "?username=a", "username"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path);
    const http::Response response = api.get(row.path);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(faulty_fields(response), row.field);
  }
}

TEST_F(NameFilter, FindsNothingByAnotherName) {
  api.app.make_api_user("ci-bot");
  api.app.make_role("reader", "a.read");
  EXPECT_THAT(list(std::string(kListedApiUsers) + "?username=ci-bo", "username"), IsEmpty());
  EXPECT_THAT(list(std::string(kListedApiUsers) + "?username=ci-bot2", "username"), IsEmpty());
  EXPECT_THAT(list(std::string(kListedUsers) + "?email=a%40example.com", "email"), IsEmpty());
  EXPECT_THAT(list(std::string(kListedRoles) + "?name=Reader", "name"), IsEmpty());
}

TEST_F(NameFilter, FindsNoDeletedApiUser) {
  const ApiUserDetails bot = api.app.make_api_user("ci-bot");
  ASSERT_EQ(api.remove(std::string(kListedApiUsers) + '/' + bot.user.id.text()).status, 204);
  EXPECT_THAT(list(std::string(kListedApiUsers) + "?username=ci-bot", "username"), IsEmpty());
}

TEST_F(NameFilter, RequiresThePermissionToRead) {
  const CreatedSecret created = api.app.make_secret(
      api.app.make_api_user("clerk", {api.app.make_role("clerk", "roles.read")}));
  const SecretString token = api.app.token_of("clerk", created.secret.text());
  const auto status_of = [&](const std::string& path) {
    return api.send(Ask(http::Method::get, path).bearer(token)).status;
  };
  EXPECT_EQ(status_of(std::string(kListedApiUsers) + "?username=clerk"), 403);
  EXPECT_EQ(status_of(std::string(kListedUsers) + "?email=a%40example.com"), 403);
  EXPECT_EQ(status_of(std::string(kListedRoles) + "?name=clerk"), 200);
}

TEST_F(NameFilter, FindsTheOneItemOfThatName) {
  api.app.make_api_user("ci-bot");
  api.app.make_api_user("ci-bot-2");
  api.app.make_role("reader", "a.read");
  api.app.make_user("alice@example.com", {});
  EXPECT_THAT(list(std::string(kListedApiUsers) + "?username=ci-bot", "username"),
              ElementsAre("ci-bot"));
  EXPECT_THAT(list(std::string(kListedUsers) + "?email=alice%40example.com", "email"),
              ElementsAre("alice@example.com"));
  EXPECT_THAT(list(std::string(kListedRoles) + "?name=reader", "name"), ElementsAre("reader"));
}

TEST_F(NameFilter, FindsAnEmailInAnyCase) {
  api.app.make_user("alice@example.com", {});
  EXPECT_THAT(list(std::string(kListedUsers) + "?email=Alice%40Example.com", "email"),
              ElementsAre("alice@example.com"));
}

TEST_F(NameFilter, GoesWithTheParametersOfAPage) {
  const std::string path = std::string(kListedApiUsers) + "?username=ci-bot&limit=1";
  api.app.make_api_user("ci-bot");
  EXPECT_THAT(list(path, "username"), ElementsAre("ci-bot"));
  // A page that starts after the item is empty.
  api.app.make_api_user("later");
  const std::string cursor =
      text_at(api.get(std::string(kListedApiUsers) + "?limit=2"), "next_cursor");
  EXPECT_THAT(list(path + "&cursor=" + cursor, "username"), IsEmpty());
}

}  // namespace
}  // namespace ptkl::server
