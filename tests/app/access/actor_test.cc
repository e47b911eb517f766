#include "app/access/actor.h"

#include <functional>

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;

class Authenticate : public AppFixture {
 protected:
  Authenticate()
      : bot_(server_.make_api_user("ci-bot", {server_.make_role("reader", "api-users.read")})),
        made_(server_.make_secret(bot_)),
        token_(server_.token_of("ci-bot", made_.secret.text())) {}

  Result<Actor> with(std::string_view project) {
    return authenticate(server_.context(), project, token_.reveal());
  }

  ApiUserDetails bot_;
  CreatedSecret made_;
  SecretString token_;
};

TEST_F(Authenticate, RejectsMalformedTokens) {
  const struct {
    const char* what;
    std::string text;
  } rows[] = {
      {"nothing", ""},
      {"a word", "token"},
      {"two dots", ".."},
      {"a secret", std::string(made_.secret.text().reveal())},
      {"half a token", std::string(token_.reveal().substr(0, token_.reveal().size() / 2))},
      {"one with a tail", std::string(token_.reveal()) + ".x"},
      {"a hundred kilobytes", std::string(100'000, 'a')},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(code_of(authenticate(server_.context(), "acme", row.text)),
              ErrorCode::unauthenticated);
  }
}

TEST_F(Authenticate, RejectsAnInvalidSignature) {
  std::string text(token_.reveal());
  const std::size_t signature = text.rfind('.') + 1;
  text[signature] = text[signature] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(authenticate(server_.context(), "acme", text)), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, DoesNotRevealWhetherAProjectExists) {
  server_.make_project("globex");
  std::set<std::string> messages;
  for (const char* project : {"globex", "initech", "../acme", ""}) {
    SCOPED_TRACE(project);
    const auto refused = with(project);
    ASSERT_EQ(code_of(refused), ErrorCode::unauthenticated);
    messages.insert(refused.error().message);
  }
  EXPECT_EQ(messages.size(), 1U);
}

TEST_F(Authenticate, MakesAsManyLookupsForAnUnknownProject) {
  server_.make_project("globex");
  testing::CountingStore foreign(*server_.store);
  testing::CountingStore unknown(*server_.store);
  EXPECT_FALSE(authenticate(server_.ports_over(foreign), "globex", token_.reveal()));
  EXPECT_FALSE(authenticate(server_.ports_over(unknown), "initech", token_.reveal()));
  EXPECT_EQ(foreign.accesses(), unknown.accesses());
}

TEST_F(Authenticate, RejectsAnExpiredToken) {
  server_.clock.advance(1h - 1s);
  EXPECT_TRUE(with("acme"));
  server_.clock.advance(1s);
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RejectsATokenForAnotherAudience) {
  TokenRequest request = server_.token_request("ci-bot", made_.secret.text());
  request.resource = "https://api.example.com";
  const auto issued = issue_token(server_.context(), std::move(request));
  ASSERT_TRUE(issued);
  EXPECT_EQ(code_of(authenticate(server_.context(), "acme", issued->access_token.reveal())),
            ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RejectsATokenOfARevokedSecret) {
  ASSERT_TRUE(revoke_secrets(server_.context(), server_.owner(), bot_.user.id));
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RejectsATokenOfADisabledApiUser) {
  const UpdateApiUser disabled{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot_.user.id, disabled, {}));
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RejectsATokenOfADeletedApiUser) {
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), bot_.user.id, {}));
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, ReportsADatabaseOutageAsUnavailable) {
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(authenticate(server_.ports_over(store), "acme", token_.reveal())),
            ErrorCode::unavailable);
}

TEST_F(Authenticate, ReturnsThePrincipalAndTheExpiry) {
  const auto actor = with("acme");
  ASSERT_TRUE(actor);
  EXPECT_EQ(actor->project.name.text(), "acme");
  EXPECT_EQ(actor->principal.id, bot_.user.id);
  EXPECT_EQ(actor->roles.size(), 1U);
  EXPECT_EQ(actor->token_expires_at, server_.clock.now() + 1h);
  EXPECT_EQ(actor->token.slot, made_.record.slot);
}

TEST_F(Authenticate, ReturnsTheCurrentRoles) {
  const Role writer = server_.make_role("writer", "api-users.write");
  const UpdateApiUser more{
      .description = {}, .status = {}, .roles = {{bot_.roles.front().id, writer.id}}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot_.user.id, more, {}));
  const auto actor = with("acme");
  ASSERT_TRUE(actor) << "widening ends no token";
  EXPECT_TRUE(require(*actor, permissions::kApiUsersWrite));
}

class Require : public AppFixture {};

TEST_F(Require, NamesTheMissingPermission) {
  const Actor reader = server_.make_actor("reader", "api-users.read");
  const auto refused = require(reader, permissions::kApiUsersWrite);
  ASSERT_EQ(code_of(refused), ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("api-users.write"));
}

TEST_F(Require, AcceptsACoveringPermission) {
  const struct {
    const char* held;
    bool enough;
  } rows[] = {
      {"api-users.write", true}, {"api-users.*", true}, {"*", true},
      {"api-users.read", false}, {"roles.*", false},    {"", false},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.held);
    const Actor actor = server_.make_actor("actor-" + std::to_string(++number), row.held);
    EXPECT_EQ(require(actor, permissions::kApiUsersWrite).has_value(), row.enough);
  }
}

/// Changes to an actor after its authentication and before its transaction.
class RequireNow : public AppFixture {
 protected:
  RequireNow() : actor_(server_.make_actor("admin", "api-users.write")) {}

  Result<ApiUserDetails> act() {
    return create_api_user(server_.context(), actor_, {testing::username("made"), "", {}});
  }
  void change(const UpdateApiUser& request) {
    ASSERT_TRUE(
        update_api_user(server_.context(), server_.owner(), actor_.principal.id, request, {}));
  }

  Actor actor_;
};

TEST_F(RequireNow, RejectsADisabledActor) {
  change({.description = {}, .status = ApiUserStatus::disabled, .roles = {}});
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RejectsADeletedActor) {
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), actor_.principal.id, {}));
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RejectsAnActorWithARevokedSecret) {
  ASSERT_TRUE(revoke_secrets(server_.context(), server_.owner(), actor_.principal.id));
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RejectsAnActorThatLostItsRoles) {
  change({.description = {}, .status = {}, .roles = std::vector<Uuid>{}});
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RejectsAnActorOfAnotherProject) {
  const CreatedProject other = server_.make_project("globex");
  Actor stranger = actor_;
  stranger.project = other.project;
  EXPECT_EQ(
      code_of(create_api_user(server_.context(), stranger, {testing::username("made"), "", {}})),
      ErrorCode::unauthenticated);
}

TEST_F(RequireNow, ReturnsRightsGainedMeanwhile) {
  const Role reader = server_.make_role("reader", "components.read");
  change({.description = {}, .status = {}, .roles = {{actor_.roles.front().id, reader.id}}});
  EXPECT_TRUE(
      create_api_user(server_.context(), actor_, {testing::username("made"), "", {reader.id}}));
}

}  // namespace
}  // namespace ptkl::app
