#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "app/projects/signing_keys.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::expect_done;

constexpr const char* kIssuer = "https://id.example.com/projects/acme";

class IssueToken : public AppFixture {
 protected:
  IssueToken()
      : bot_(server_.make_api_user("ci-bot",
                                   {make_role("reader", "components.read", "eu", 10),
                                    make_role("Deployer", "deploy.* builds.read", "us", 40)})),
        made_(server_.make_secret(bot_)) {}

  Role make_role(std::string_view name, std::string_view permissions, std::string_view workspace,
                 int level) {
    CreateRole role{expect_done(RoleName::parse(name)), testing::permission_set(permissions),
                    expect_done(parse_workspaces(workspace)), testing::access_level(level)};
    return expect_done(create_role(server_.context(), server_.owner(), role));
  }

  TokenRequest request() { return server_.token_request("ci-bot", made_.secret.text()); }

  /// The token's claims. Verifies its signature.
  AccessToken claims_of(const IssuedToken& issued) {
    const auto keys = expect_done(list_published_keys(server_.context(), "acme"));
    return expect_done(server_.key_store->verify(issued.access_token.reveal(), keys.front()));
  }

  IssuedToken issue(TokenRequest token_request) {
    auto issued = issue_token(server_.context(), std::move(token_request));
    EXPECT_TRUE(issued) << issued.error().description;
    return std::move(*issued);
  }

  ApiUserDetails bot_;
  CreatedSecret made_;
};

TEST_F(IssueToken, NamesTheClientAndItsPermissions) {
  const AccessToken token = claims_of(issue(request()));
  EXPECT_EQ(token.issuer, kIssuer);
  EXPECT_EQ(token.audience, kIssuer);
  EXPECT_EQ(token.subject, bot_.user.id);
  EXPECT_EQ(token.client_id, "ci-bot");
  EXPECT_EQ(token.scope, "builds.read components.read deploy.*");
  EXPECT_THAT(token.roles, ::testing::UnorderedElementsAre("Deployer", "reader"));
  EXPECT_THAT(token.workspaces, ::testing::ElementsAre("eu", "us"));
  EXPECT_EQ(token.level, 40);
  EXPECT_EQ(token.slot, made_.record.slot);
}

TEST_F(IssueToken, ExpiresAfterAnHour) {
  const IssuedToken issued = issue(request());
  const AccessToken token = claims_of(issued);
  EXPECT_EQ(issued.expires_in, 1h);
  EXPECT_EQ(token.issued_at, to_unix_seconds(server_.clock.now()));
  EXPECT_EQ(token.expires_at - token.issued_at, 3600);
}

TEST_F(IssueToken, ExpiresAfterTheLifetimeOfTheProject) {
  const auto project = expect_done(create_project(
      server_.context(),
      {.name = expect_done(ProjectName::parse("short")), .token_lifetime = 5min, .resources = {}}));
  TokenRequest token_request = server_.token_request("owner", project.secret.text());
  token_request.client.project = "short";
  EXPECT_EQ(issue(std::move(token_request)).expires_in, 5min);
}

TEST_F(IssueToken, DoesNotOutliveItsSecret) {
  made_ = server_.make_secret(bot_, {.overlap = 0s, .expires_in = 10min, .label = ""});
  server_.clock.advance(4min);
  const IssuedToken issued = issue(request());
  EXPECT_EQ(issued.expires_in, 6min);
  EXPECT_EQ(claims_of(issued).expires_at, to_unix_seconds(*made_.record.expires_at));
}

TEST_F(IssueToken, DoesNotOutliveTheOverlap) {
  server_.make_secret(bot_, {.overlap = 20min, .expires_in = {}, .label = ""});
  EXPECT_EQ(issue(request()).expires_in, 20min);
}

TEST_F(IssueToken, HasAUniqueId) {
  EXPECT_NE(claims_of(issue(request())).id, claims_of(issue(request())).id);
}

TEST_F(IssueToken, AcceptsTheUuidAsClientId) {
  std::string upper = bot_.user.id.text();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& id : {bot_.user.id.text(), upper}) {
    SCOPED_TRACE(id);
    TokenRequest token_request = request();
    token_request.client.id = id;
    EXPECT_EQ(claims_of(issue(std::move(token_request))).client_id, "ci-bot");
  }
}

TEST_F(IssueToken, NarrowsTheScopeToTheRequestedOne) {
  const struct {
    const char* what;
    const char* requested;
    const char* granted;
  } rows[] = {
      {"one", "components.read", "components.read"},
      {"one below a star", "deploy.production", "deploy.production"},
      {"the star itself", "deploy.*", "deploy.*"},
      {"in text order, once each", "deploy.* builds.read deploy.*", "builds.read deploy.*"},
      {"without a value, all", "", "builds.read components.read deploy.*"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    TokenRequest token_request = request();
    token_request.scope = row.requested;
    const IssuedToken issued = issue(std::move(token_request));
    EXPECT_EQ(issued.scope, row.granted);
    EXPECT_EQ(claims_of(issued).scope, row.granted);
  }
}

TEST_F(IssueToken, HasTheRequestedResourceAsAudience) {
  const struct {
    const char* what;
    const char* resource;
    const char* audience;
  } rows[] = {
      {"one that the project allows", "https://api.example.com", "https://api.example.com"},
      {"the issuer", kIssuer, kIssuer},
      {"without a value, the issuer", "", kIssuer},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    TokenRequest token_request = request();
    token_request.resource = row.resource;
    EXPECT_EQ(claims_of(issue(std::move(token_request))).audience, row.audience);
  }
}

TEST_F(IssueToken, IsIssuedToAClientWithoutRoles) {
  const ApiUserDetails bare = server_.make_api_user("bare");
  const CreatedSecret secret = server_.make_secret(bare);
  EXPECT_EQ(issue(server_.token_request("bare", secret.secret.text())).scope, "");
}

TEST_F(IssueToken, WritesNothing) {
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_TRUE(issue_token(server_.ports_over(store), request()));
}

TEST_F(IssueToken, ReadsCredentialAndRolesInOneSnapshot) {
  testing::CountingStore store(*server_.store);
  EXPECT_TRUE(issue_token(server_.ports_over(store), request()));
  EXPECT_EQ(store.snapshots(), 1);
  EXPECT_EQ(store.accesses(), 2);
}

TEST_F(IssueToken, IsRecordedAsAUseOfTheSecret) {
  server_.clock.advance(5s);
  issue(request());
  ASSERT_TRUE(server_.last_used.flush(*server_.store));
  const ClientCredential secret = server_.read(bot_.user.id).secrets.front();
  EXPECT_EQ(secret.last_used_at, server_.clock.now());
  EXPECT_EQ(secret.last_used_from, "192.0.2.7");
}

}  // namespace
}  // namespace ptkl::app
