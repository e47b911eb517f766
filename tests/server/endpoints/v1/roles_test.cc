#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kRoles = "/v1/projects/acme/roles";

class RolesEndpoint : public ApiFixture {};

TEST_F(RolesEndpoint, RejectsAnInvalidBodyAndNamesTheField) {
  struct Row {
    const char* what;
    const char* body;
    const char* fields;
  };
  const Row rows[] = {
      {"no JSON", "name=x", ""},
      {"no name", "{}", "name"},
      {"empty name", R"({"name":""})", "name"},
      {"a uuid as name", R"({"name":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b"})", "name"},
      {"permissions no list", R"({"name":"x","permissions":"*"})", "permissions"},
      {"a wrong permission", R"({"name":"x","permissions":["A.read"]})", "permissions"},
      {"a star in the middle", R"({"name":"x","permissions":["a.*.b"]})", "permissions"},
      {"a wrong workspace", R"({"name":"x","workspaces":["a b"]})", "workspaces"},
      {"level too high", R"({"name":"x","level":101})", "level"},
      {"level negative", R"({"name":"x","level":-1})", "level"},
      {"level no number", R"({"name":"x","level":"1"})", "level"},
      {"level a fraction", R"({"name":"x","level":1.5})", "level"},
      {"level past all numbers", R"({"name":"x","level":1e400})", ""},
      {"unknown member", R"({"name":"x","rank":1})", "rank"},
      {"several faults", R"({"permissions":["A"],"level":101})", "name permissions level"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = api.post(kRoles, row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(faulty_fields(response), row.fields);
  }
  EXPECT_EQ(body_of(api.get(kRoles)).at("items").as_array().size(), 1U);
}

TEST_F(RolesEndpoint, RejectsANameThatIsTaken) {
  EXPECT_EQ(api.post(kRoles, R"({"name":"owner"})").status, 409);
}

TEST_F(RolesEndpoint, GrantsNothingThatTheCallerLacks) {
  const CreatedSecret created = api.app.make_secret(
      api.app.make_api_user("clerk", {api.app.make_role("clerk", "roles.write", 10)}));
  const SecretString token = api.app.token_of("clerk", created.secret.text());
  const auto post = [&](const char* body) {
    return api.send(Ask(http::Method::post, kRoles).bearer(token).json(body));
  };
  EXPECT_EQ(post(R"({"name":"x","permissions":["a"]})").status, 403);
  EXPECT_EQ(post(R"({"name":"x","level":11})").status, 403);
  EXPECT_EQ(post(R"({"name":"x","permissions":["roles.write"],"level":10})").status, 201);
}

TEST_F(RolesEndpoint, DistinguishesMalformedFromUnknownUuids) {
  EXPECT_EQ(api.get(std::string(kRoles) + "/owner").status, 400);
  EXPECT_EQ(api.get(std::string(kRoles) + '/' + testing::unknown_uuid().text()).status, 404);
}

TEST_F(RolesEndpoint, ReturnsTheLocationOfTheNewRole) {
  const http::Response created = api.post(
      kRoles, R"({"name":"deployer","permissions":["a.read"],"workspaces":["w"],"level":7})");
  EXPECT_EQ(created.status, 201);
  const std::string location = header_of(created, "Location");
  EXPECT_EQ(location, std::string(kRoles) + '/' + text_at(created, "uuid"));
  EXPECT_EQ(api.get(location).body, created.body);
  EXPECT_EQ(header_of(created, "ETag"), "\"v1\"");
}

class OneRole : public RolesEndpoint {
 protected:
  OneRole() : role(api.app.make_role("deployer", "a.read", 7)) {}

  std::string path() const { return std::string(kRoles) + '/' + role.id.text(); }

  Role role;
};

TEST_F(OneRole, IsNotChangedByAnInvalidBody) {
  const struct {
    const char* what;
    const char* body;
    const char* fields;
  } rows[] = {
      {"empty", "", ""},
      {"no object", "[]", ""},
      {"a name", R"({"name":"x"})", "name"},
      {"permissions no list", R"({"permissions":"*"})", "permissions"},
      {"level no number", R"({"level":"1"})", "level"},
      {"several faults", R"({"permissions":["A"],"workspaces":[1],"level":101})",
       "permissions workspaces level"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = api.patch(path(), row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(faulty_fields(response), row.fields);
  }
  EXPECT_EQ(header_of(api.get(path()), "ETag"), R"("v1")");
}

TEST_F(OneRole, IsNotChangedUnderAnotherVersion) {
  for (const http::Method method : {http::Method::patch, http::Method::del}) {
    Ask stale(method, path());
    stale.bearer(api.owner_token()).with("If-Match", R"("v2")").json(R"({"level":1})");
    EXPECT_EQ(api.send(stale).status, 412);
    Ask malformed(method, path());
    malformed.bearer(api.owner_token()).with("If-Match", "v1").json(R"({"level":1})");
    EXPECT_EQ(api.send(malformed).status, 400);
  }
  EXPECT_EQ(header_of(api.get(path()), "ETag"), R"("v1")");
}

TEST_F(OneRole, IsUpdatedOnlyInTheGivenMembers) {
  const http::Response changed =
      api.patch(path(), R"({"permissions":["b.*"],"workspaces":["eu"]})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(header_of(changed, "ETag"), R"("v2")");
  EXPECT_EQ(api.get(path()).body, changed.body);
  const auto body = body_of(changed);
  EXPECT_EQ(body.at("permissions"), (boost::json::array{"b.*"}));
  EXPECT_EQ(body.at("level"), 7);
  EXPECT_EQ(header_of(api.patch(path(), "{}"), "ETag"), R"("v2")") << "nothing to change";
}

TEST_F(OneRole, IsDeletedAndReportsTheNumberOfHolders) {
  api.app.make_api_user("one", {role});
  api.app.make_api_user("two", {role});
  EXPECT_EQ(api.remove(path() + "?dry_run=yes").status, 400);
  const http::Response tried = api.remove(path() + "?dry_run=true");
  EXPECT_EQ(tried.status, 200);
  EXPECT_EQ(body_of(tried).at("affected_api_users"), 2);
  EXPECT_EQ(api.get(path()).status, 200);
  const http::Response deleted = api.remove(path());
  EXPECT_EQ(deleted.status, 200);
  EXPECT_EQ(deleted.body, tried.body);
  EXPECT_EQ(api.get(path()).status, 404);
  EXPECT_EQ(api.remove(path()).status, 404);
}

TEST_F(RolesEndpoint, ListsPageByPage) {
  api.app.make_role("second", "a");
  const http::Response first = api.get(std::string(kRoles) + "?limit=1");
  const http::Response last =
      api.get(std::string(kRoles) + "?limit=1&cursor=" + text_at(first, "next_cursor"));
  EXPECT_EQ(body_of(first).at("items").as_array()[0].as_object().at("name").as_string(), "owner");
  EXPECT_EQ(body_of(last).at("items").as_array()[0].as_object().at("name").as_string(), "second");
  EXPECT_TRUE(body_of(last).at("next_cursor").is_null());
}

}  // namespace
}  // namespace ptkl::server
