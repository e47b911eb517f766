#include <gmock/gmock.h>

#include "base/encoding.h"
#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kRevokePath = "/projects/acme/oauth2/revoke";

class RevokeEndpoint : public ApiFixture {
 protected:
  http::Response revoke(const std::string& body) {
    return api.send(Ask(http::Method::post, kRevokePath).form(body));
  }
  int status_of_whoami() {
    return api
        .send(Ask(http::Method::get, "/v1/projects/acme/whoami")
                  .with("Authorization", "Bearer " + token_))
        .status;
  }
  bool is_active() {
    const http::Response response =
        api.send(Ask(http::Method::post, "/projects/acme/oauth2/introspect")
                     .bearer(api.owner_token())
                     .form("token=" + token_));
    return body_of(response).at("active").as_bool();
  }

  std::string token_{api.owner_token().reveal()};
};

TEST_F(RevokeEndpoint, RejectsBadRequests) {
  const struct {
    const char* what;
    std::string body;
  } rows[] = {
      {"nothing", ""},
      {"an empty token", "token="},
      {"another parameter", "access_token=" + token_},
      {"the token twice", "token=" + token_ + "&token=" + token_},
      {"a broken escape", "token=" + token_ + "&x=%"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = revoke(row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(text_at(response, "error"), "invalid_request");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  }
  EXPECT_EQ(status_of_whoami(), 200);
}

TEST_F(RevokeEndpoint, RejectsAJsonBodyAndIgnoresTheQuery) {
  EXPECT_EQ(api.send(Ask(http::Method::post, kRevokePath).json(R"({"token":"x"})")).status, 400);
  const std::string query = std::string(kRevokePath) + "?token=" + token_;
  EXPECT_EQ(api.send(Ask(http::Method::post, query).form("")).status, 400);
  EXPECT_EQ(api.send(Ask(http::Method::get, kRevokePath)).status, 405);
  EXPECT_EQ(status_of_whoami(), 200);
}

TEST_F(RevokeEndpoint, ReportsThatTheTokenIsStillValidOnAFullDisk) {
  api.store.fail_with(BreakableStore::Fault::disk_full);
  const http::Response response = revoke("token=" + token_);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_at(response, "error"), "temporarily_unavailable");
  EXPECT_NE(header_of(response, "Retry-After"), "");
  EXPECT_EQ(status_of_whoami(), 200);
}

TEST_F(RevokeEndpoint, AnswersAllTokensTheSame) {
  const app::CreatedProject other = api.app.make_project("other");
  for (const std::string& text : {std::string("abc"), token_ + "x", std::string(60'000, 'a'),
                                  std::string(api.foreign_token(other).reveal()), token_, token_}) {
    SCOPED_TRACE(text.substr(0, 60));
    const http::Response response = revoke("token=" + text);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  }
}

TEST_F(RevokeEndpoint, EndsTheTokenForTheApiAndForIntrospection) {
  ASSERT_EQ(status_of_whoami(), 200);
  ASSERT_TRUE(is_active());
  EXPECT_EQ(revoke("token=" + token_ + "&token_type_hint=refresh_token").status, 200);
  EXPECT_EQ(status_of_whoami(), 401);
  EXPECT_FALSE(is_active());
}

TEST_F(RevokeEndpoint, IgnoresCredentials) {
  Ask ask(http::Method::post, kRevokePath);
  ask.with("Authorization", "Basic " + to_base64(as_bytes("owner:wrong")));
  ask.form("token=" + token_ + "&client_id=owner&client_secret=wrong");
  EXPECT_EQ(api.send(ask).status, 200);
  EXPECT_EQ(status_of_whoami(), 401);
}

}  // namespace
}  // namespace ptkl::server
