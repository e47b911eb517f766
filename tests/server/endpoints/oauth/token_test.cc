#include <set>

#include <gmock/gmock.h>

#include "app/api_users/api_users.h"
#include "base/encoding.h"
#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kTokenPath = "/projects/acme/oauth2/token";
constexpr std::string_view kGrant = "grant_type=client_credentials";

class TokenEndpoint : public ApiFixture {
 protected:
  std::string owner_secret() const { return std::string(api.app.acme->secret.text().reveal()); }
  static std::string basic(std::string_view id, std::string_view secret) {
    return "Basic " + to_base64(as_bytes(std::string(id) + ':' + std::string(secret)));
  }
  http::Response post(const std::string& body) {
    return api.send(Ask(http::Method::post, kTokenPath).form(body));
  }
  http::Response post_as(const std::string& id, const std::string& secret,
                         const std::string& more = "") {
    return post(std::string(kGrant) + "&client_id=" + id + "&client_secret=" + secret + more);
  }
};

TEST_F(TokenEndpoint, RejectsBadRequests) {
  const std::string client = "&client_id=owner&client_secret=" + owner_secret();
  const std::string valid = std::string(kGrant) + client;
  struct Row {
    const char* what;
    std::string body;
    const char* error;
  };
  const Row rows[] = {
      {"nothing", "", "invalid_request"},
      {"no grant type", client.substr(1), "invalid_request"},
      {"empty grant type", "grant_type=" + client, "invalid_request"},
      {"another grant type", "grant_type=password" + client, "unsupported_grant_type"},
      {"grant type twice", valid + "&grant_type=client_credentials", "invalid_request"},
      {"client id twice", valid + "&client_id=owner", "invalid_request"},
      {"unknown parameter twice", valid + "&x=1&x=1", "invalid_request"},
      {"broken escape", valid + "&x=%", "invalid_request"},
      {"scope not granted to be parsed", valid + "&scope=A", "invalid_scope"},
      {"foreign resource", valid + "&resource=https://evil.example.com", "invalid_target"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = post(row.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(text_at(response, "error"), row.error);
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  }
}

TEST_F(TokenEndpoint, RejectsTwoAuthenticationMethodsAtOnce) {
  Ask ask(http::Method::post, kTokenPath);
  ask.with("Authorization", basic("owner", owner_secret()));
  ask.form(std::string(kGrant) + "&client_id=owner&client_secret=" + owner_secret());
  const http::Response response = api.send(ask);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, "error"), "invalid_request");
}

TEST_F(TokenEndpoint, RejectsAJsonBody) {
  const http::Response response =
      api.send(Ask(http::Method::post, kTokenPath).json(R"({"grant_type":"client_credentials"})"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, "error"), "invalid_request");
}

TEST_F(TokenEndpoint, IgnoresTheQuery) {
  const std::string query = std::string(kTokenPath) + "?" + std::string(kGrant) +
                            "&client_id=owner&client_secret=" + owner_secret();
  const http::Response response = api.send(Ask(http::Method::post, query).form(""));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, "error"), "invalid_request");
}

TEST_F(TokenEndpoint, AnswersOtherMethodsWithAnOAuthError) {
  const http::Response response = api.send(Ask(http::Method::get, kTokenPath));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(text_at(response, "error"), "invalid_request");
}

TEST_F(TokenEndpoint, RejectsAllInvalidClientsWithTheSameBytes) {
  const auto disabled = api.app.make_api_user("disabled");
  const auto of_disabled = api.app.make_secret(disabled);
  const auto revoked = api.app.make_api_user("revoked");
  const auto of_revoked = api.app.make_secret(revoked);
  api.patch("/v1/projects/acme/api-users/" + disabled.user.id.text(), R"({"status":"disabled"})");
  api.remove("/v1/projects/acme/api-users/" + revoked.user.id.text() + "/secrets");
  const auto text = [](const Secret& secret) { return std::string(secret.text().reveal()); };
  std::string wrong_checksum = owner_secret();
  wrong_checksum.back() = wrong_checksum.back() == 'A' ? 'B' : 'A';
  struct Row {
    const char* what;
    std::string id;
    std::string secret;
  };
  const Row rows[] = {
      {"unknown client", "unknown", owner_secret()},
      {"unknown secret", "owner", text(Secret::make(api.app.random_source))},
      {"wrong checksum", "owner", wrong_checksum},
      {"no secret of ours", "owner", "hunter2"},
      {"no secret", "owner", ""},
      {"no client", "", owner_secret()},
      {"a large secret", "owner", std::string(60'000, 'x')},
      {"secret of another client", "owner", text(of_disabled.secret)},
      {"disabled", "disabled", text(of_disabled.secret)},
      {"revoked", "revoked", text(of_revoked.secret)},
      {"an email", "ann@example.com", owner_secret()},
  };
  std::set<std::string> bodies;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const http::Response response = post_as(row.id, row.secret);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(text_at(response, "error"), "invalid_client");
    EXPECT_EQ(header_of(response, "WWW-Authenticate"), "");
    bodies.insert(response.body);
  }
  const http::Response unknown_project =
      api.send(Ask(http::Method::post, "/projects/other/oauth2/token")
                   .form(std::string(kGrant) + "&client_id=owner&client_secret=" + owner_secret()));
  bodies.insert(unknown_project.body);
  EXPECT_EQ(bodies.size(), 1U);
}

TEST_F(TokenEndpoint, ChallengesARejectedAuthorizationHeader) {
  for (const std::string& tried :
       {basic("owner", "wrong"), std::string("Bearer abc"), std::string("Basic !")}) {
    SCOPED_TRACE(tried);
    const http::Response response =
        api.send(Ask(http::Method::post, kTokenPath).with("Authorization", tried).form(kGrant));
    EXPECT_EQ(response.status, 401);
    EXPECT_THAT(header_of(response, "WWW-Authenticate"), ::testing::StartsWith("Basic realm="));
  }
}

TEST_F(TokenEndpoint, IssuesATokenForEachAuthenticationMethod) {
  const http::Response by_body = post_as("owner", owner_secret());
  Ask ask(http::Method::post, kTokenPath);
  ask.with("Authorization", basic("owner", owner_secret())).form(kGrant);
  const http::Response by_header = api.send(ask);
  for (const http::Response* response : {&by_body, &by_header}) {
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(text_at(*response, "token_type"), "Bearer");
    EXPECT_EQ(text_at(*response, "scope"), "*");
    EXPECT_EQ(header_of(*response, "Cache-Control"), "no-store");
    EXPECT_TRUE(api.app.is_valid(SecretString(text_at(*response, "access_token"))));
  }
}

TEST_F(TokenEndpoint, AcceptsTheUuidAsClientId) {
  EXPECT_EQ(post_as(api.app.acme->owner.id.text(), owner_secret()).status, 200);
}

TEST_F(TokenEndpoint, NarrowsTheScope) {
  const http::Response response = post_as("owner", owner_secret(), "&scope=components.read");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, "scope"), "components.read");
}

TEST_F(TokenEndpoint, IgnoresUnknownAndEmptyParameters) {
  EXPECT_EQ(post_as("owner", owner_secret(), "&audience=x&scope=&resource=").status, 200);
}

TEST_F(TokenEndpoint, CountsEachOutcome) {
  post_as("owner", owner_secret());
  post_as("owner", "wrong");
  post("");
  const std::string counted = api.metrics.text();
  for (const char* outcome : {"issued", "invalid_client", "invalid_request"}) {
    EXPECT_THAT(counted, ::testing::HasSubstr("ptkl_token_requests_total{outcome=\"" +
                                              std::string(outcome) + "\"} 1\n"));
  }
}

}  // namespace
}  // namespace ptkl::server
