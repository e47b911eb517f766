#include <gmock/gmock.h>

#include "base/encoding.h"
#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kPath = "/projects/acme/oauth2/introspect";
constexpr const char* kInactive = R"({"active":false})";

class IntrospectEndpoint : public ApiFixture {
 protected:
  IntrospectEndpoint() {
    const auto bot =
        api.app.make_api_user("ci-bot", {api.app.make_role("reader", "components.read", 7)});
    bots_secret_ = api.app.make_secret(bot).secret.text().reveal();
    token_ = api.app.token_of("ci-bot", SecretString(bots_secret_)).reveal();
  }

  std::string owner_secret() const { return std::string(api.app.acme->secret.text().reveal()); }
  static std::string basic(std::string_view id, std::string_view secret) {
    return "Basic " + to_base64(as_bytes(std::string(id) + ':' + std::string(secret)));
  }
  http::Response ask(const std::string& authorization, const std::string& body) {
    return api.send(Ask(http::Method::post, kPath).with("Authorization", authorization).form(body));
  }
  http::Response ask_as_owner(const std::string& body) {
    return ask(basic("owner", owner_secret()), body);
  }

  std::string bots_secret_;
  std::string token_;
};

TEST_F(IntrospectEndpoint, RejectsBadRequests) {
  const std::string valid = "token=" + token_;
  const struct {
    const char* what;
    std::string authorization;
    std::string body;
  } rows[] = {
      {"nothing", basic("owner", owner_secret()), ""},
      {"an empty token", basic("owner", owner_secret()), "token="},
      {"the token twice", basic("owner", owner_secret()), valid + "&" + valid},
      {"the hint twice", basic("owner", owner_secret()),
       valid + "&token_type_hint=a&token_type_hint=a"},
      {"a broken escape", basic("owner", owner_secret()), valid + "&x=%"},
      {"basic and post", basic("owner", owner_secret()),
       valid + "&client_id=owner&client_secret=" + owner_secret()},
      {"bearer and post", "Bearer " + token_,
       valid + "&client_id=owner&client_secret=" + owner_secret()},
      {"basic and another client id", basic("owner", owner_secret()), valid + "&client_id=ci-bot"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = ask(row.authorization, row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(text_at(response, "error"), "invalid_request");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  }
}

TEST_F(IntrospectEndpoint, RejectsBearerAndBasicAtOnce) {
  Ask two(http::Method::post, kPath);
  two.with("Authorization", basic("owner", owner_secret()))
      .with("Authorization", "Bearer " + token_)
      .form("token=" + token_);
  EXPECT_EQ(api.send(two).status, 400);
}

TEST_F(IntrospectEndpoint, RejectsAJsonBodyAndIgnoresTheQuery) {
  EXPECT_EQ(api.send(Ask(http::Method::post, kPath).json(R"({"token":"x"})")).status, 400);
  EXPECT_EQ(api.send(Ask(http::Method::post, std::string(kPath) + "?token=" + token_)
                         .with("Authorization", basic("owner", owner_secret()))
                         .form(""))
                .status,
            400);
  const http::Response get = api.send(Ask(http::Method::get, kPath));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(text_at(get, "error"), "invalid_request");
}

TEST_F(IntrospectEndpoint, ChallengesCallersThatFailAuthentication) {
  const struct {
    const char* what;
    std::string authorization;
    const char* error;
    const char* challenge;
  } rows[] = {
      {"a wrong secret", basic("owner", "wrong"), "invalid_client", "Basic realm="},
      {"another scheme", "Digest x", "invalid_client", "Basic realm="},
      {"no bearer token", "Bearer ", "invalid_token", "Bearer realm="},
      {"a wrong bearer token", "Bearer a.b.c", "invalid_token",
       R"(Bearer realm="ptkl", error="invalid_token")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = ask(row.authorization, "token=" + token_);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(text_at(response, "error"), row.error);
    EXPECT_THAT(header_of(response, "WWW-Authenticate"), ::testing::StartsWith(row.challenge));
  }
  const http::Response silent = api.send(Ask(http::Method::post, kPath).form("token=" + token_));
  EXPECT_EQ(silent.status, 401);
  EXPECT_EQ(text_at(silent, "error"), "invalid_client");
}

TEST_F(IntrospectEndpoint, RejectsCallersWithoutThePermission) {
  const http::Response by_bearer = ask("Bearer " + token_, "token=" + token_);
  const http::Response by_secret = ask(basic("ci-bot", bots_secret_), "token=" + token_);
  for (const http::Response* response : {&by_bearer, &by_secret}) {
    EXPECT_EQ(response->status, 403);
    EXPECT_EQ(text_at(*response, "error"), "insufficient_scope");
    EXPECT_THAT(text_at(*response, "error_description"), ::testing::HasSubstr("tokens.introspect"));
  }
  EXPECT_THAT(header_of(by_bearer, "WWW-Authenticate"),
              ::testing::HasSubstr(R"(error="insufficient_scope")"));
  EXPECT_EQ(header_of(by_secret, "WWW-Authenticate"), "");
}

TEST_F(IntrospectEndpoint, AnswersAllInvalidTokensWithTheSameBytes) {
  const app::CreatedProject other = api.app.make_project("other");
  const std::string texts[] = {
      "abc",
      "a.b.c",
      "%00",
      token_ + "x",
      std::string(60'000, 'a'),
      bots_secret_,
      std::string(api.foreign_token(other).reveal()),
  };
  for (const std::string& text : texts) {
    SCOPED_TRACE(text.substr(0, 60));
    const http::Response response = ask_as_owner("token=" + text);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, kInactive);
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  }
}

TEST_F(IntrospectEndpoint, Answers503WhenTheStoreIsUnavailable) {
  api.store.fail_with(BreakableStore::Fault::gone);
  const http::Response response = ask_as_owner("token=" + token_);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_at(response, "error"), "temporarily_unavailable");
  EXPECT_NE(header_of(response, "Retry-After"), "");
}

TEST_F(IntrospectEndpoint, ReturnsAllClaimsOfAValidToken) {
  const http::Response response = ask_as_owner("token=" + token_ + "&token_type_hint=nonsense");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  auto body = body_of(response);
  const std::string issuer = "https://id.example.com/projects/acme";
  const std::int64_t now = to_unix_seconds(api.app.clock.now());
  for (const char* key : {"sub", "jti", "status"}) EXPECT_EQ(body.erase(key), 1U) << key;
  const boost::json::object expected{
      {"active", true},
      {"token_type", "Bearer"},
      {"username", "ci-bot"},
      {"client_id", "ci-bot"},
      {"iss", issuer},
      {"aud", issuer},
      {"iat", now},
      {"exp", now + 3600},
      {"scope", "components.read"},
      {"roles", {"reader"}},
      {"workspaces", boost::json::array()},
      {"level", 7},
      {"rv", 0},
  };
  EXPECT_EQ(body, expected);
}

TEST_F(IntrospectEndpoint, AcceptsEachAuthenticationMethod) {
  const http::Response by_post =
      api.send(Ask(http::Method::post, kPath)
                   .form("token=" + token_ + "&client_id=owner&client_secret=" + owner_secret()));
  const http::Response by_bearer =
      ask("Bearer " + std::string(api.owner_token().reveal()), "token=" + token_);
  for (const http::Response* response : {&by_post, &by_bearer}) {
    EXPECT_EQ(response->status, 200);
    EXPECT_TRUE(body_of(*response).at("active").as_bool());
  }
}

}  // namespace
}  // namespace ptkl::server
