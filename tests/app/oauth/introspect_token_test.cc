#include <functional>

#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

class IntrospectToken : public AppFixture {
 protected:
  IntrospectToken()
      : inspector_(server_.make_api_user("inspector",
                                         {server_.make_role("inspector", "tokens.introspect")})),
        inspectors_(server_.make_secret(inspector_)),
        bot_(server_.make_api_user("ci-bot", {server_.make_role("reader", "components.read", 7)})),
        made_(server_.make_secret(bot_)),
        token_(server_.token_of("ci-bot", made_.secret.text())) {}

  /// A request that authenticates with the inspector's secret.
  IntrospectionRequest request(std::string_view token) {
    return {{"acme", "inspector", {"192.0.2.9", "request-2"}},
            SecretProof{inspectors_.secret.text().clone()},
            {},
            SecretString(std::string(token))};
  }
  IntrospectionRequest request_as(const SecretString& bearer, std::string_view token) {
    IntrospectionRequest introspection = request(token);
    introspection.caller.id.clear();
    introspection.caller_proof = SecretProof{SecretString()};
    introspection.caller_token = bearer.clone();
    return introspection;
  }

  std::optional<AccessToken> introspect(std::string_view token) {
    auto found = introspect_token(server_.context(), request(token));
    if (!found) throw std::runtime_error(found.error().description);
    return std::move(*found);
  }
  bool is_active(const SecretString& token) { return introspect(token.reveal()).has_value(); }

  SecretString token_for(const std::string& resource) {
    TokenRequest token_request = server_.token_request("ci-bot", made_.secret.text());
    token_request.resource = resource;
    auto issued = issue_token(server_.context(), std::move(token_request));
    EXPECT_TRUE(issued);
    return std::move(issued->access_token);
  }

  void change(const Uuid& user, const UpdateApiUser& request) {
    expect_done(update_api_user(server_.context(), server_.owner(), user, request, {}));
  }

  ApiUserDetails inspector_;
  CreatedSecret inspectors_;
  ApiUserDetails bot_;
  CreatedSecret made_;
  SecretString token_;
};

TEST_F(IntrospectToken, RejectsACallerWithAnInvalidSecret) {
  const struct {
    const char* what;
    std::function<void(IntrospectionRequest&)> spoil;
  } rows[] = {
      {"no secret", [](auto& r) { r.caller_proof = SecretProof{SecretString()}; }},
      {"another client's secret",
       [&](auto& r) { r.caller_proof = SecretProof{made_.secret.text().clone()}; }},
      {"another client's name", [](auto& r) { r.caller.id = "ci-bot"; }},
      {"an unknown project", [](auto& r) { r.caller.project = "initech"; }},
      {"the token itself", [&](auto& r) { r.caller_proof = SecretProof{token_.clone()}; }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    IntrospectionRequest wrong = request(token_.reveal());
    row.spoil(wrong);
    EXPECT_EQ(code_of(introspect_token(server_.context(), std::move(wrong))),
              OAuthErrorCode::invalid_client);
  }
}

TEST_F(IntrospectToken, RejectsACallerWithAnInvalidToken) {
  const SecretString own = server_.token_of("inspector", inspectors_.secret.text());
  const CreatedProject globex = server_.make_project("globex");
  TokenRequest foreign = server_.token_request("owner", globex.secret.text());
  foreign.client.project = "globex";
  const SecretString foreigners =
      std::move(issue_token(server_.context(), std::move(foreign))->access_token);
  TokenRequest elsewhere = server_.token_request("inspector", inspectors_.secret.text());
  elsewhere.resource = "https://api.example.com";
  const SecretString for_elsewhere =
      std::move(issue_token(server_.context(), std::move(elsewhere))->access_token);
  const struct {
    const char* what;
    std::string bearer;
  } rows[] = {
      {"nothing", ""},
      {"no token", "abc"},
      {"a secret", std::string(inspectors_.secret.text().reveal())},
      {"a tampered one", std::string(own.reveal()) + "x"},
      {"another project's owner's", std::string(foreigners.reveal())},
      {"one that is meant for another service", std::string(for_elsewhere.reveal())},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(code_of(introspect_token(server_.context(),
                                       request_as(SecretString(row.bearer), token_.reveal()))),
              OAuthErrorCode::invalid_token);
  }
}

TEST_F(IntrospectToken, RejectsACallerWithoutThePermissionAndNamesIt) {
  IntrospectionRequest by_secret = request(token_.reveal());
  by_secret.caller.id = "ci-bot";
  by_secret.caller_proof = SecretProof{made_.secret.text().clone()};
  IntrospectionRequest requests[] = {std::move(by_secret), request_as(token_, token_.reveal())};
  for (IntrospectionRequest& introspection : requests) {
    const auto refused = introspect_token(server_.context(), std::move(introspection));
    ASSERT_EQ(code_of(refused), OAuthErrorCode::insufficient_scope);
    EXPECT_THAT(refused.error().description, ::testing::HasSubstr("tokens.introspect"));
  }
}

TEST_F(IntrospectToken, AuthorizesByTheCallersCurrentRoles) {
  TokenRequest narrow = server_.token_request("owner", server_.acme->secret.text());
  narrow.scope = "components.read";
  const auto narrowed = issue_token(server_.context(), std::move(narrow));
  ASSERT_TRUE(narrowed);
  EXPECT_TRUE(
      introspect_token(server_.context(), request_as(narrowed->access_token, token_.reveal())));
  change(inspector_.user.id, {.description = {}, .status = {}, .roles = std::vector<Uuid>{}});
  EXPECT_EQ(code_of(introspect_token(server_.context(), request(token_.reveal()))),
            OAuthErrorCode::insufficient_scope);
}

TEST_F(IntrospectToken, ReturnsNothingForATextThatIsNoToken) {
  for (const std::string& text :
       {std::string("abc"), std::string(".."), std::string(60'000, 'a'), std::string(1, '\0'),
        std::string(made_.secret.text().reveal()), std::string(token_.reveal()) + "x"}) {
    SCOPED_TRACE(text.substr(0, 100));
    EXPECT_EQ(introspect(text), std::nullopt);
  }
}

TEST_F(IntrospectToken, ReturnsNothingForATokenOfAnotherProject) {
  const CreatedProject globex = server_.make_project("globex");
  TokenRequest foreign = server_.token_request("owner", globex.secret.text());
  foreign.client.project = "globex";
  const auto issued = issue_token(server_.context(), std::move(foreign));
  ASSERT_TRUE(issued);
  EXPECT_FALSE(is_active(issued->access_token));
}

TEST_F(IntrospectToken, ReturnsNothingOnceTheTokenIsInactive) {
  const struct {
    const char* what;
    std::function<void()> end;
  } rows[] = {
      {"revoked by itself",
       [&] {
         ASSERT_TRUE(revoke_token(server_.context(), {"acme", "", "", ""}, token_.reveal()));
       }},
      {"its secret revoked",
       [&] { expect_done(revoke_secrets(server_.context(), server_.owner(), bot_.user.id)); }},
      {"its API user disabled",
       [&] {
         made_ = server_.make_secret(bot_);
         token_ = server_.token_of("ci-bot", made_.secret.text());
         change(bot_.user.id, {.description = {}, .status = ApiUserStatus::disabled, .roles = {}});
       }},
      {"enabled again",
       [&] {
         change(bot_.user.id, {.description = {}, .status = ApiUserStatus::active, .roles = {}});
       }},
      {"its roles removed",
       [&] {
         token_ = server_.token_of("ci-bot", made_.secret.text());
         change(bot_.user.id, {.description = {}, .status = {}, .roles = std::vector<Uuid>{}});
       }},
      {"expired",
       [&] {
         token_ = server_.token_of("ci-bot", made_.secret.text());
         server_.clock.advance(1h);
       }},
      {"its API user deleted",
       [&] {
         token_ = server_.token_of("ci-bot", made_.secret.text());
         expect_done(delete_api_user(server_.context(), server_.owner(), bot_.user.id, {}));
       }},
  };
  ASSERT_TRUE(is_active(token_));
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    row.end();
    EXPECT_FALSE(is_active(token_));
  }
}

TEST_F(IntrospectToken, ReturnsTheClaimsOfAnActiveToken) {
  const auto claims = introspect(token_.reveal());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, bot_.user.id);
  EXPECT_EQ(claims->client_id, "ci-bot");
  EXPECT_EQ(claims->scope, "components.read");
  EXPECT_EQ(claims->level, 7);
  EXPECT_EQ(claims->slot, made_.record.slot);
}

TEST_F(IntrospectToken, AcceptsEveryAudienceOfTheProject) {
  EXPECT_TRUE(is_active(token_for("https://api.example.com")));
}

TEST_F(IntrospectToken, AcceptsEachKindOfCaller) {
  const SecretString own = server_.token_of("inspector", inspectors_.secret.text());
  IntrospectionRequest requests[] = {request(token_.reveal()), request_as(own, token_.reveal())};
  for (IntrospectionRequest& introspection : requests) {
    const auto found = introspect_token(server_.context(), std::move(introspection));
    ASSERT_TRUE(found);
    EXPECT_TRUE(*found);
  }
}

TEST_F(IntrospectToken, RecordsAUseOfTheCallersSecretEvenWithoutThePermission) {
  IntrospectionRequest introspection = request(token_.reveal());
  introspection.caller.id = "ci-bot";
  introspection.caller_proof = SecretProof{made_.secret.text().clone()};
  server_.clock.advance(1min);
  EXPECT_FALSE(introspect_token(server_.context(), std::move(introspection)));
  ASSERT_TRUE(server_.last_used.flush(*server_.store));
  const ClientCredential stored = server_.read(bot_.user.id).secrets.front();
  EXPECT_EQ(stored.last_used_at, server_.clock.now());
  EXPECT_EQ(stored.last_used_from, "192.0.2.9");
}

TEST_F(IntrospectToken, WritesNothing) {
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_TRUE(introspect_token(server_.ports_over(store), request(token_.reveal())));
}

TEST_F(IntrospectToken, ReportsADatabaseOutageAsSuch) {
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(introspect_token(server_.ports_over(store), request(token_.reveal()))),
            OAuthErrorCode::temporarily_unavailable);
  EXPECT_EQ(
      code_of(introspect_token(server_.ports_over(store), request_as(token_, token_.reveal()))),
      OAuthErrorCode::temporarily_unavailable);
}

}  // namespace
}  // namespace ptkl::app
