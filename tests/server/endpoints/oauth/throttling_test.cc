// The limits on failed client authentication, of passwords and of invitation links.
#include <string>

#include <gmock/gmock.h>

#include "base/encoding.h"
#include "server/test_api.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHere = "192.0.2.7";
constexpr const char* kThere = "192.0.2.8";

class Throttling : public ApiFixture {
 protected:
  Throttling() {
    api.throttle({.secret_failures_per_minute = 3,
                  .password_failures_per_minute = 3,
                  .free_password_failures = 3,
                  .longest_password_delay = std::chrono::seconds(60)});
  }

  std::string owner_secret() const { return std::string(api.app.acme->secret.text().reveal()); }

  http::Response post(const char* endpoint, const std::string& form, const char* source) {
    Ask ask(http::Method::post, std::string("/projects/acme/oauth2/") + endpoint);
    ask.request.source_address = source;
    return api.send(ask.form(form));
  }
  http::Response ask_token(const std::string& secret, const char* source = kHere) {
    return post("token", "grant_type=client_credentials&client_id=owner&client_secret=" + secret,
                source);
  }
  http::Response introspect(const std::string& secret, const char* source = kHere) {
    return post("introspect", "token=x&client_id=owner&client_secret=" + secret, source);
  }
  void exhaust() {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_token("wrong").status, 401);
  }
};

TEST_F(Throttling, AnswersWrongSecretsBeyondTheLimitWith429) {
  exhaust();
  const http::Response response = ask_token("wrong");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(text_at(response, "error"), "invalid_client");
  EXPECT_EQ(header_of(response, "Retry-After"), "20");
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(response, "WWW-Authenticate"), "");
}

TEST_F(Throttling, HidesWhetherTheClientExists) {
  exhaust();
  const std::string unknown = "grant_type=client_credentials&client_id=unknown&client_secret=x";
  EXPECT_EQ(ask_token("x").body, post("token", unknown, kHere).body);
}

TEST_F(Throttling, SendsNoBasicChallengeWith429) {
  exhaust();
  Ask ask(http::Method::post, "/projects/acme/oauth2/token");
  ask.with("Authorization", "Basic " + to_base64(as_bytes(std::string_view("owner:wrong"))));
  const http::Response response = api.send(ask.form("grant_type=client_credentials"));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(header_of(response, "WWW-Authenticate"), "");
}

TEST_F(Throttling, CountsTheSecretsOfBothEndpointsTogether) {
  exhaust();
  EXPECT_EQ(introspect("wrong").status, 429);
}

TEST_F(Throttling, NeverRejectsAValidSecret) {
  exhaust();
  EXPECT_EQ(ask_token("wrong").status, 429);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask_token(owner_secret()).status, 200);
  EXPECT_EQ(introspect(owner_secret()).status, 200);
  EXPECT_EQ(ask_token("wrong").status, 429);
}

TEST_F(Throttling, LeavesOtherAddressesAlone) {
  for (int i = 0; i < 100; ++i) (void)ask_token("wrong").status;
  EXPECT_EQ(ask_token("wrong", kThere).status, 401);
  EXPECT_EQ(introspect("wrong", kThere).status, 401);
}

TEST_F(Throttling, CountsRefusalsByReason) {
  exhaust();
  (void)ask_token("wrong").status;
  EXPECT_EQ(
      post("token", "grant_type=client_credentials&client_id=other&client_secret=" + owner_secret(),
           kThere)
          .status,
      401);
  const std::string text = api.metrics.text();
  for (const char* line :
       {R"(ptkl_refused_attempts_total{kind="client_secret",reason="malformed"} 4)",
        R"(ptkl_refused_attempts_total{kind="client_secret",reason="other_client"} 1)",
        R"(ptkl_refused_attempts_total{kind="client_secret",reason="wrong_secret"} 0)",
        R"(ptkl_refused_attempts_total{kind="password",reason="wrong_password"} 0)",
        R"(ptkl_throttled_attempts_total{kind="client_secret"} 1)",
        R"(ptkl_throttled_attempts_total{kind="password"} 0)",
        R"(ptkl_token_requests_total{outcome="invalid_client"} 5)"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr(R"(kind="password",reason="wrong_secret")")));
}

class ThrottledPublicRequests : public Throttling {
 protected:
  ThrottledPublicRequests() { api.app.make_user("alice@example.com"); }

  http::Response post_json(const char* path, const std::string& json, const char* source) {
    Ask ask(http::Method::post, path);
    ask.request.source_address = source;
    return api.send(ask.json(json));
  }
  http::Response login(const char* email, const std::string& password, const char* source = kHere) {
    return post_json("/v1/projects/acme/sessions",
                     std::string(R"({"email":")") + email + R"(","password":")" + password + "\"}",
                     source);
  }
  http::Response accept(const char* source = kHere) {
    return post_json("/v1/invitations/accept", R"({"token":"x","password":"x"})", source);
  }
};

TEST_F(ThrottledPublicRequests, GetRetryAfterForPasswords) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(login("alice@example.com", "wrong").status, 401);
  const http::Response known = login("alice@example.com", "wrong");
  EXPECT_EQ(known.status, 429);
  EXPECT_EQ(text_at(known, "code"), "rate_limited");
  EXPECT_EQ(header_of(known, "Retry-After"), "1");
  EXPECT_EQ(header_of(known, "WWW-Authenticate"), "");
  const http::Response right = login("alice@example.com", std::string(testing::kPassword));
  EXPECT_EQ(right.body, known.body);
}

TEST_F(ThrottledPublicRequests, GetTheSameAnswerForUnknownUsers) {
  for (int i = 0; i < 3; ++i) (void)login("alice@example.com", "wrong").status;
  for (int i = 0; i < 3; ++i) (void)login("unknown@example.com", "wrong", kThere).status;
  EXPECT_EQ(login("alice@example.com", "wrong").body,
            login("unknown@example.com", "wrong", kThere).body);
}

TEST_F(ThrottledPublicRequests, AreLimitedByAddress) {
  for (int i = 0; i < 50; ++i) (void)login("alice@example.com", "wrong").status;
  EXPECT_EQ(login("alice@example.com", std::string(testing::kPassword), kThere).status, 201);
}

TEST_F(ThrottledPublicRequests, GetRetryAfterForInvitationLinks) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(accept().status, 404);
  EXPECT_EQ(accept().status, 429);
  EXPECT_EQ(header_of(accept(), "Retry-After"), "20");
  EXPECT_EQ(accept(kThere).status, 404);
}

}  // namespace
}  // namespace ptkl::server
