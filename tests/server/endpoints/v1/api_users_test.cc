#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kUsers = "/v1/projects/acme/api-users";

class ApiUsersEndpoint : public ApiFixture {
 protected:
  std::string path_of(const ApiUserDetails& details) const {
    return std::string(kUsers) + '/' + details.user.id.text();
  }
  ApiUserDetails bot = api.app.make_api_user("ci-bot");
  std::string bot_path = path_of(bot);
};

TEST_F(ApiUsersEndpoint, RejectsAnInvalidBodyAndNamesTheField) {
  struct Row {
    const char* what;
    const char* body;
    const char* fields;
  };
  const Row rows[] = {
      {"no JSON", "username=ci", ""},
      {"nothing", "", ""},
      {"an array", "[]", ""},
      {"half an object", R"({"username":"x")", ""},
      {"username twice", R"({"username":"x","username":"y"})", ""},
      {"no username", "{}", "username"},
      {"null username", R"({"username":null})", "username"},
      {"a number", R"({"username":7})", "username"},
      {"an email", R"({"username":"ann@example.com"})", "username"},
      {"upper case", R"({"username":"Ann"})", "username"},
      {"empty username", R"({"username":""})", "username"},
      {"a uuid as username", R"({"username":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b"})", "username"},
      {"description no text", R"({"username":"x","description":[]})", "description"},
      {"description with a newline", R"({"username":"x","description":"a\nb"})", "description"},
      {"roles no list", R"({"username":"x","roles":"owner"})", "roles"},
      {"role no uuid", R"({"username":"x","roles":["owner"]})", "roles"},
      {"role no text", R"({"username":"x","roles":[1]})", "roles"},
      {"unknown member", R"({"username":"x","email":"a"})", "email"},
      {"status when making", R"({"username":"x","status":"active"})", "status"},
      {"two faults", R"({"username":"X","roles":["y"]})", "username roles"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = api.post(kUsers, row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(text_at(response, "code"), "invalid_argument");
    EXPECT_EQ(faulty_fields(response), row.fields);
  }
}

TEST_F(ApiUsersEndpoint, RejectsAnInvalidUpdateAndChangesNothing) {
  const std::string before = api.get(bot_path).body;
  struct Row {
    const char* what;
    const char* body;
    int status;
  };
  const Row rows[] = {
      {"no JSON", "status=disabled", 400},
      {"unknown status", R"({"status":"deleted"})", 400},
      {"status no text", R"({"status":true})", 400},
      {"username may not change", R"({"username":"x"})", 400},
      {"roles no list", R"({"roles":{}})", 400},
      {"unknown role", R"({"roles":["0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b"]})", 400},
      {"valid and invalid together", R"({"status":"disabled","roles":["x"]})", 400},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(api.patch(bot_path, row.body).status, row.status);
  }
  EXPECT_EQ(api.get(bot_path).body, before);
}

TEST_F(ApiUsersEndpoint, DistinguishesMalformedFromUnknownUuids) {
  const std::string malformed = std::string(kUsers) + "/ci-bot";
  const std::string unknown = std::string(kUsers) + '/' + testing::unknown_uuid().text();
  EXPECT_EQ(api.get(malformed).status, 400);
  EXPECT_EQ(faulty_fields(api.get(malformed)), "uuid");
  EXPECT_EQ(api.patch(malformed, "{}").status, 400);
  EXPECT_EQ(api.remove(malformed).status, 400);
  EXPECT_EQ(api.get(unknown).status, 404);
  EXPECT_EQ(api.patch(unknown, R"({"status":"disabled"})").status, 404);
  EXPECT_EQ(api.remove(unknown).status, 404);
}

TEST_F(ApiUsersEndpoint, RejectsBodiesThatAreNotJson) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", ""}) {
    SCOPED_TRACE(type);
    Ask ask(http::Method::post, kUsers);
    ask.bearer(api.owner_token()).with("Content-Type", type);
    ask.request.body = R"({"username":"x"})";
    const http::Response response = api.send(ask);
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(header_of(response, "Content-Type"), "application/problem+json");
  }
}

TEST_F(ApiUsersEndpoint, RejectsAQueryOnASingleApiUser) {
  const http::Response response = api.get(bot_path + "?fields=uuid");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(faulty_fields(response), "fields");
}

TEST_F(ApiUsersEndpoint, RejectsAUsernameThatIsTaken) {
  EXPECT_EQ(api.post(kUsers, R"({"username":"ci-bot"})").status, 409);
}

TEST_F(ApiUsersEndpoint, ReturnsTheLocationOfTheNewApiUser) {
  const http::Response created =
      api.post(kUsers, R"({"username":"x","description":"d","roles":[]})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(text_at(created, "username"), "x");
  const std::string location = header_of(created, "Location");
  EXPECT_EQ(location, std::string(kUsers) + '/' + text_at(created, "uuid"));
  EXPECT_EQ(api.get(location).body, created.body);
  EXPECT_EQ(header_of(api.get(location), "ETag"), header_of(created, "ETag"));
}

TEST_F(ApiUsersEndpoint, UpdatesOnlyTheGivenMembers) {
  const http::Response changed = api.patch(bot_path, R"({"status":"disabled"})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(text_at(changed, "status"), "disabled");
  EXPECT_EQ(text_at(changed, "username"), "ci-bot");
  EXPECT_NE(header_of(changed, "ETag"), "\"v1\"");
}

TEST_F(ApiUsersEndpoint, ChangesOnlyTheVersionThatIfMatchNames) {
  const auto patch_if = [&](const std::string& tags) {
    return api.send(Ask(http::Method::patch, bot_path)
                        .bearer(api.owner_token())
                        .with("If-Match", tags)
                        .json(R"({"description":"changed"})"));
  };
  EXPECT_EQ(patch_if("v1").status, 400);
  EXPECT_EQ(patch_if("\"v7\"").status, 412);
  EXPECT_EQ(patch_if("W/\"v1\"").status, 412);
  EXPECT_EQ(patch_if("\"x\"").status, 412);
  EXPECT_EQ(text_at(api.get(bot_path), "description"), "");
  EXPECT_EQ(patch_if("\"v9\", \"v1\"").status, 200);
  EXPECT_EQ(patch_if("\"v1\"").status, 412);
  EXPECT_EQ(patch_if("*").status, 200);
}

TEST_F(ApiUsersEndpoint, DeletesOnlyTheVersionThatIfMatchNames) {
  const auto delete_if = [&](const std::string& tags) {
    return api.send(
        Ask(http::Method::del, bot_path).bearer(api.owner_token()).with("If-Match", tags));
  };
  EXPECT_EQ(delete_if("\"v2\"").status, 412);
  EXPECT_EQ(delete_if("\"v1").status, 400);
  const http::Response deleted = delete_if("\"v1\"");
  EXPECT_EQ(deleted.status, 204);
  EXPECT_EQ(deleted.body, "");
  EXPECT_EQ(api.get(bot_path).status, 404);
}

TEST_F(ApiUsersEndpoint, KeepsTheLastOwner) {
  const std::string owner = path_of(api.app.read(api.app.acme->owner.id));
  EXPECT_EQ(api.remove(owner).status, 409);
  EXPECT_EQ(api.patch(owner, R"({"status":"disabled"})").status, 409);
  EXPECT_EQ(api.patch(owner, R"({"roles":[]})").status, 409);
}

TEST_F(ApiUsersEndpoint, ListsPageByPage) {
  for (const char* name : {"a", "b", "c"}) api.app.make_api_user(name);
  std::vector<std::string> names;
  std::string path = std::string(kUsers) + "?limit=2";
  for (int pages = 0; pages < 10; ++pages) {
    const http::Response page = api.get(path);
    ASSERT_EQ(page.status, 200);
    const auto body = body_of(page);
    for (const auto& item : body.at("items").as_array()) {
      names.emplace_back(item.as_object().at("username").as_string());
    }
    if (body.at("next_cursor").is_null()) break;
    path = std::string(kUsers) + "?limit=2&cursor=" + text_at(page, "next_cursor");
  }
  EXPECT_EQ(names, (std::vector<std::string>{"owner", "ci-bot", "a", "b", "c"}));
}

TEST_F(ApiUsersEndpoint, RejectsAnInvalidPage) {
  EXPECT_EQ(faulty_fields(api.get(std::string(kUsers) + "?limit=0&cursor=x&page=2")),
            "page limit cursor");
}

TEST_F(ApiUsersEndpoint, StoresNothingInCaches) {
  EXPECT_EQ(header_of(api.get(kUsers), "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(api.get(bot_path), "Cache-Control"), "no-store");
}

}  // namespace
}  // namespace ptkl::server
