// Invitations and logins of users, over the API.
#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kUsersPath = "/v1/projects/acme/users";
constexpr std::string_view kInvitations = "/v1/projects/acme/users/invitations";
constexpr std::string_view kAccept = "/v1/invitations/accept";
constexpr std::string_view kSessions = "/v1/projects/acme/sessions";

class UserEndpoints : public ApiFixture {
 protected:
  /// A request without a token.
  http::Response post_without_token(std::string_view path, std::string_view json) {
    return api.send(Ask(http::Method::post, path).json(json));
  }
  std::string invite(const std::string& email) {
    const http::Response response = api.post(kInvitations, R"({"email":")" + email + R"("})");
    const std::string link = text_at(response, "link");
    return link.substr(link.find('#') + 1);
  }
  http::Response accept(const std::string& token, const std::string& password) {
    return post_without_token(kAccept,
                              R"({"token":")" + token + R"(","password":")" + password + R"("})");
  }
  http::Response login(const std::string& email, const std::string& password) {
    return post_without_token(kSessions,
                              R"({"email":")" + email + R"(","password":")" + password + R"("})");
  }
};

TEST_F(UserEndpoints, RejectInvalidInvitations) {
  EXPECT_EQ(api.post(kInvitations, R"({})").status, 400);
  EXPECT_EQ(faulty_fields(api.post(kInvitations, R"({"email":"no-address"})")), "email");
  EXPECT_EQ(faulty_fields(api.post(kInvitations, R"({"email":"a@example.com","x":1})")), "x");
  const auto unknown_role =
      R"({"email":"a@example.com","roles":["0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b"]})";
  EXPECT_EQ(faulty_fields(api.post(kInvitations, unknown_role)), "roles");
}

TEST_F(UserEndpoints, RejectBodiesThatAreNotJson) {
  for (const std::string_view path : {kAccept, kSessions}) {
    EXPECT_EQ(api.send(Ask(http::Method::post, path).form("a=b")).status, 415) << path;
    EXPECT_EQ(post_without_token(path, "{").status, 400) << path;
    EXPECT_EQ(faulty_fields(post_without_token(std::string(path) + "?x=1", "{}")), "x") << path;
  }
}

TEST_F(UserEndpoints, AnswerAllInvalidLinksTheSame) {
  const std::string token = invite("alice@example.com");
  EXPECT_EQ(accept(token, "short").status, 400);
  EXPECT_EQ(faulty_fields(accept(token, "short")), "password");
  EXPECT_EQ(accept(token, "correct horse battery staple").status, 200);
  const http::Response used = accept(token, "correct horse battery staple");
  const http::Response unknown = accept("x", "correct horse battery staple");
  EXPECT_EQ(used.status, 404);
  EXPECT_EQ(used.body, unknown.body);
}

TEST_F(UserEndpoints, AnswerAllFailedLoginsTheSame) {
  accept(invite("alice@example.com"), "correct horse battery staple");
  const http::Response wrong = login("alice@example.com", "correct horse battery");
  const http::Response unknown = login("bob@example.com", "correct horse battery staple");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(header_of(wrong, "WWW-Authenticate"), header_of(unknown, "WWW-Authenticate"));
}

TEST_F(UserEndpoints, AreUnavailableWhenTheStoreIsReadOnly) {
  accept(invite("alice@example.com"), "correct horse battery staple");
  api.store.fail_with(BreakableStore::Fault::disk_full);
  EXPECT_EQ(login("alice@example.com", "correct horse battery staple").status, 503);
}

TEST_F(UserEndpoints, ShowTheLinkOnceToTheInviter) {
  const http::Response invited = api.post(kInvitations, R"({"email":"Alice@Example.com"})");
  EXPECT_EQ(invited.status, 201);
  EXPECT_EQ(header_of(invited, "Cache-Control"), "no-store");
  EXPECT_EQ(text_at(invited, "email"), "alice@example.com");
  EXPECT_EQ(text_at(invited, "status"), "invited");
  EXPECT_EQ(text_at(invited, "delivery"), "link");
  const std::string location = header_of(invited, "Location");
  EXPECT_EQ(location, std::string(kUsersPath) + "/" + text_at(invited, "uuid"));
  const http::Response shown = api.get(location);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(header_of(shown, "ETag"), header_of(invited, "ETag"));
  EXPECT_FALSE(body_of(shown).contains("link"));
  EXPECT_FALSE(body_of(shown).contains("delivery"));
}

TEST_F(UserEndpoints, LogAUserIn) {
  const http::Response accepted =
      accept(invite("alice@example.com"), "correct horse battery staple");
  EXPECT_EQ(text_at(accepted, "project"), "acme");
  EXPECT_EQ(text_at(accepted, "email"), "alice@example.com");
  const http::Response session = login("ALICE@example.com", "correct horse battery staple");
  EXPECT_EQ(session.status, 201);
  EXPECT_EQ(header_of(session, "Cache-Control"), "no-store");
  EXPECT_EQ(text_at(session, "token_type"), "Bearer");
  const SecretString token(text_at(session, "access_token"));
  const http::Response self =
      api.send(Ask(http::Method::get, "/v1/projects/acme/whoami").bearer(token));
  EXPECT_EQ(self.status, 200);
  EXPECT_EQ(text_at(self, "kind"), "user");
  EXPECT_EQ(text_at(self, "username"), "alice@example.com");
  EXPECT_EQ(text_at(self, "uuid"), text_at(accepted, "uuid"));
}

TEST_F(UserEndpoints, ListAndDeleteUsers) {
  const http::Response accepted =
      accept(invite("alice@example.com"), "correct horse battery staple");
  invite("bob@example.com");
  const http::Response list = api.get(kUsersPath);
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(body_of(list).at("items").as_array().size(), 2U);
  EXPECT_THAT(list.body, HasSubstr(R"("status":"active")"));
  const std::string path = std::string(kUsersPath) + "/" + text_at(accepted, "uuid");
  EXPECT_EQ(
      api.send(Ask(http::Method::del, path).bearer(api.owner_token()).with("If-Match", "\"1\""))
          .status,
      412);
  EXPECT_EQ(api.remove(path).status, 204);
  EXPECT_EQ(api.get(path).status, 404);
  EXPECT_EQ(login("alice@example.com", "correct horse battery staple").status, 401);
}

}  // namespace
}  // namespace ptkl::server
