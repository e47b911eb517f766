#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

class SecretsEndpoint : public ApiFixture {
 protected:
  /// How many secrets were created for the bot so far.
  std::size_t count() { return body_of(api.get(path)).at("items").as_array().size(); }

  ApiUserDetails bot = api.app.make_api_user("ci-bot");
  std::string path = "/v1/projects/acme/api-users/" + bot.user.id.text() + "/secrets";
};

TEST_F(SecretsEndpoint, RejectsAnInvalidBodyAndCreatesNothing) {
  struct Row {
    const char* what;
    const char* body;
    const char* field;
  };
  const Row rows[] = {
      {"no JSON", "overlap", ""},
      {"an array", "[]", ""},
      {"overlap no number", R"({"overlap_seconds":"24h"})", "overlap_seconds"},
      {"overlap a fraction", R"({"overlap_seconds":1.5})", "overlap_seconds"},
      {"negative overlap", R"({"overlap_seconds":-1})", "overlap_seconds"},
      {"overlap too long", R"({"overlap_seconds":2592001})", "overlap_seconds"},
      {"overlap past all integers", R"({"overlap_seconds":9223372036854775807})",
       "overlap_seconds"},
      {"expiry too soon", R"({"expires_in":59})", "expires_in"},
      {"expiry too late", R"({"expires_in":315619201})", "expires_in"},
      {"expiry past all integers", R"({"expires_in":9223372036854775807})", "expires_in"},
      {"expiry no number", R"({"expires_in":"90d"})", "expires_in"},
      {"label no text", R"({"label":1})", "label"},
      {"label with a newline", R"({"label":"a\nb"})", "label"},
      {"unknown member", R"({"secret":"mine"})", "secret"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = api.post(path, row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(faulty_fields(response), row.field);
  }
  EXPECT_EQ(count(), 0U);
}

TEST_F(SecretsEndpoint, AcceptsAnEmptyBodyButNoOtherMediaType) {
  Ask without(http::Method::post, path);
  without.bearer(api.owner_token());
  EXPECT_EQ(api.send(without).status, 201);
  Ask text(http::Method::post, path);
  text.bearer(api.owner_token()).with("Content-Type", "text/plain");
  text.request.body = "{}";
  EXPECT_EQ(api.send(text).status, 415);
}

TEST_F(SecretsEndpoint, DistinguishesMalformedFromUnknownIds) {
  const std::string users = "/v1/projects/acme/api-users/";
  const std::string unknown = users + testing::unknown_uuid().text() + "/secrets";
  EXPECT_EQ(api.get(users + "x/secrets").status, 400);
  EXPECT_EQ(api.post(users + "x/secrets", "{}").status, 400);
  EXPECT_EQ(api.remove(users + "x/secrets").status, 400);
  EXPECT_EQ(api.get(unknown).status, 404);
  EXPECT_EQ(api.post(unknown, "{}").status, 404);
  EXPECT_EQ(api.remove(unknown).status, 404);
  EXPECT_EQ(faulty_fields(api.remove(path + "/short")), "id");
  EXPECT_EQ(api.remove(path + "/0123456789A").status, 404);
}

TEST_F(SecretsEndpoint, ShowsANewSecretOnce) {
  const http::Response created = api.post(path, R"({"label":"laptop","expires_in":3600})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(header_of(created, "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(created, "Location"), path + '/' + text_at(created, "secret_id"));
  EXPECT_EQ(text_at(created, "uuid"), bot.user.id.text());
  const std::string secret = text_at(created, "secret");
  EXPECT_TRUE(api.app.is_valid(api.app.token_of("ci-bot", SecretString(std::string_view(secret)))));
  EXPECT_THAT(api.get(path).body, ::testing::Not(::testing::HasSubstr(secret)));
}

TEST_F(SecretsEndpoint, ReportsHowLongTheReplacedSecretWorks) {
  const http::Response first = api.post(path, "{}");
  const http::Response second = api.post(path, R"({"overlap_seconds":60})");
  const auto replaced = body_of(second).at("replaced").as_array();
  ASSERT_EQ(replaced.size(), 1U);
  EXPECT_EQ(replaced.front().as_object().at("secret_id").as_string(), text_at(first, "secret_id"));
}

TEST_F(SecretsEndpoint, ReportsTheRevokedSecrets) {
  const std::string id = text_at(api.post(path, "{}"), "secret_id");
  api.post(path, R"({"overlap_seconds":60})");
  const http::Response one = api.remove(path + '/' + id);
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(body_of(one).at("revoked").as_array().size(), 1U);
  const http::Response rest = api.remove(path);
  EXPECT_EQ(body_of(rest).at("revoked").as_array().size(), 1U);
  const http::Response nothing = api.remove(path);
  EXPECT_EQ(nothing.status, 200);
  EXPECT_EQ(body_of(nothing).at("revoked").as_array().size(), 0U);
}

TEST_F(SecretsEndpoint, EndsATokenBeforeTheAnswer) {
  const CreatedSecret created = api.app.make_secret(bot);
  const SecretString token = api.app.token_of("ci-bot", created.secret.text());
  const Ask whoami = std::move(Ask(http::Method::get, "/v1/projects/acme/whoami").bearer(token));
  EXPECT_EQ(api.send(whoami).status, 200);
  api.remove(path);
  EXPECT_EQ(api.send(whoami).status, 401);
}

TEST_F(SecretsEndpoint, RevokesNothingOfAnApiUserThatHasChanged) {
  const std::string id = text_at(api.post(path, "{}"), "secret_id");
  for (const std::string& target : {path, path + '/' + id}) {
    SCOPED_TRACE(target);
    Ask stale(http::Method::del, target);
    stale.bearer(api.owner_token()).with("If-Match", R"("v1")");
    EXPECT_EQ(api.send(stale).status, 412);
    Ask malformed(http::Method::del, target);
    malformed.bearer(api.owner_token()).with("If-Match", "v1");
    EXPECT_EQ(api.send(malformed).status, 400);
  }
  Ask right(http::Method::del, path);
  right.bearer(api.owner_token()).with("If-Match", R"("v2")");
  EXPECT_EQ(body_of(api.send(right)).at("revoked").as_array().size(), 1U);
}

TEST_F(SecretsEndpoint, PrunesTheOldestEndedSecrets) {
  std::string last;
  for (std::size_t i = 0; i < kMaxInactiveSecrets + 5; ++i) {
    last = text_at(api.post(path, "{}"), "secret_id");
  }
  const auto items = body_of(api.get(path)).at("items").as_array();
  EXPECT_LE(items.size(), kMaxInactiveSecrets + 2);
  EXPECT_EQ(items.front().as_object().at("id").as_string(), last);
}

TEST_F(SecretsEndpoint, ListsPageByPage) {
  for (int i = 0; i < 5; ++i) api.post(path, "{}");
  EXPECT_EQ(api.get(path + "?limit=0").status, 400);
  EXPECT_EQ(api.get(path + "?cursor=x").status, 400);
  EXPECT_EQ(api.get(path + "?offset=2").status, 400);

  const auto all = body_of(api.get(path)).at("items").as_array();
  boost::json::array pages;
  std::string query = "?limit=2";
  for (bool more = true; more;) {
    const auto page = body_of(api.get(path + query));
    for (const auto& item : page.at("items").as_array()) pages.push_back(item);
    more = !page.at("next_cursor").is_null();
    if (more) query = "?limit=2&cursor=" + std::string(page.at("next_cursor").as_string());
  }
  EXPECT_EQ(pages, all);
}

TEST_F(SecretsEndpoint, ListsNewestFirstOnOnePage) {
  api.post(path, R"({"label":"old"})");
  api.app.clock.advance(std::chrono::seconds(1));
  api.post(path, R"({"label":"new"})");
  const auto list = body_of(api.get(path));
  EXPECT_TRUE(list.at("next_cursor").is_null());
  ASSERT_EQ(list.at("items").as_array().size(), 2U);
  EXPECT_EQ(list.at("items").as_array()[0].as_object().at("label").as_string(), "new");
}

}  // namespace
}  // namespace ptkl::server
