#include <boost/json/array.hpp>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kKeys = "/v1/projects/acme/keys";
constexpr const char* kRotate = "/v1/projects/acme/keys/rotate";

class KeysEndpoint : public ApiFixture {
 protected:
  boost::json::array items() { return body_of(api.get(kKeys)).at("items").as_array(); }
};

TEST_F(KeysEndpoint, RejectsAnInvalidBodyAndNamesTheField) {
  const struct {
    const char* what;
    const char* body;
    const char* fields;
  } rows[] = {
      {"no JSON", "mode=now", ""},
      {"no such algorithm", R"({"algorithm":"none"})", "algorithm"},
      {"no such mode", R"({"mode":"soon"})", "mode"},
      {"unknown member", R"({"kid":"x"})", "kid"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = api.post(kRotate, row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(faulty_fields(response), row.fields);
  }
  EXPECT_EQ(items().size(), 2U);
}

TEST_F(KeysEndpoint, RequiresThePermission) {
  const CreatedSecret created = api.app.make_secret(
      api.app.make_api_user("clerk", {api.app.make_role("clerk", "roles.write", 10)}));
  const SecretString token = api.app.token_of("clerk", created.secret.text());
  EXPECT_EQ(api.send(Ask(http::Method::get, kKeys).bearer(token)).status, 403);
  EXPECT_EQ(api.send(Ask(http::Method::post, kRotate).bearer(token)).status, 403);
}

TEST_F(KeysEndpoint, RejectsAnInvalidQuery) {
  for (const char* query : {"?limit=0", "?limit=x", "?cursor=x", "?kid=x"}) {
    SCOPED_TRACE(query);
    EXPECT_EQ(api.get(std::string(kKeys) + query).status, 400);
  }
}

TEST_F(KeysEndpoint, HidesPrivateKeys) {
  const std::string body = api.get(kKeys).body;
  EXPECT_EQ(body.find("v1."), std::string::npos);
  EXPECT_EQ(body.find("wrapped"), std::string::npos);
}

TEST_F(KeysEndpoint, ListsPageByPage) {
  const http::Response first = api.get(std::string(kKeys) + "?limit=1");
  const http::Response last =
      api.get(std::string(kKeys) + "?limit=1&cursor=" + text_at(first, "next_cursor"));
  EXPECT_EQ(body_of(first).at("items").as_array()[0].as_object().at("status").as_string(),
            "active");
  EXPECT_EQ(body_of(last).at("items").as_array()[0].as_object().at("status").as_string(), "next");
  EXPECT_TRUE(body_of(last).at("next_cursor").is_null());
}

TEST_F(KeysEndpoint, ReportsWhenTheNextKeyActivates) {
  const http::Response scheduled =
      api.send(Ask(http::Method::post, kRotate).bearer(api.owner_token()));
  EXPECT_EQ(scheduled.status, 200) << "without a body";
  EXPECT_EQ(text_at(scheduled, "status"), "next");
  EXPECT_EQ(text_at(scheduled, "activates_at"), "2026-01-05T08:15:00.000Z");
}

TEST_F(KeysEndpoint, RotatesImmediatelyOnRequest) {
  const auto next = items()[1].as_object().at("kid");
  const http::Response rotated = api.post(kRotate, R"({"mode":"now"})");
  EXPECT_EQ(rotated.status, 200);
  EXPECT_EQ(text_at(rotated, "status"), "active");
  EXPECT_EQ(body_of(rotated).at("kid"), next);
  EXPECT_EQ(items().size(), 3U);
}

TEST_F(KeysEndpoint, EndsTheCallersOwnTokenWhenCompromised) {
  const SecretString token = api.owner_token();
  const auto whoami = [&] {
    return api.send(Ask(http::Method::get, "/v1/projects/acme/whoami").bearer(token)).status;
  };
  EXPECT_EQ(whoami(), 200);
  EXPECT_EQ(api.post(kRotate, R"({"mode":"compromised"})").status, 200);
  EXPECT_EQ(whoami(), 401);
}

}  // namespace
}  // namespace ptkl::server
