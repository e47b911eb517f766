#include "app/authorize.h"

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
      : bot(server.make_api_user("ci-bot", {server.make_role("reader", "api-users.read")})),
        made(server.make_secret(bot)),
        token(server.token_of("ci-bot", made.secret.text())) {}

  Result<Actor> with(std::string_view project) {
    return authenticate(server.ports(), project, token.reveal());
  }

  ApiUserDetails bot;
  NewSecret made;
  SecretString token;
};

TEST_F(Authenticate, RefusesWhatIsNoToken) {
  const struct {
    const char* what;
    std::string text;
  } rows[] = {
      {"nothing", ""},
      {"a word", "token"},
      {"two dots", ".."},
      {"a secret", std::string(made.secret.text().reveal())},
      {"half a token", std::string(token.reveal().substr(0, token.reveal().size() / 2))},
      {"one with a tail", std::string(token.reveal()) + ".x"},
      {"a hundred kilobytes", std::string(100'000, 'a')},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(code_of(authenticate(server.ports(), "acme", row.text)), ErrorCode::unauthenticated);
  }
}

TEST_F(Authenticate, RefusesAnotherSignature) {
  std::string text(token.reveal());
  const std::size_t signature = text.rfind('.') + 1;
  text[signature] = text[signature] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(authenticate(server.ports(), "acme", text)), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, DoesNotTellAnotherProjectFromOneThatIsNot) {
  server.make_project("globex");
  std::set<std::string> messages;
  for (const char* project : {"globex", "initech", "../acme", ""}) {
    SCOPED_TRACE(project);
    const auto refused = with(project);
    ASSERT_EQ(code_of(refused), ErrorCode::unauthenticated);
    messages.insert(refused.error().message);
  }
  EXPECT_EQ(messages.size(), 1U);
}

TEST_F(Authenticate, AsksTheDatabaseAsOftenForAnUnknownProject) {
  server.make_project("globex");
  testing::CountingStore foreign(*server.store);
  testing::CountingStore unknown(*server.store);
  EXPECT_FALSE(authenticate(server.ports_over(foreign), "globex", token.reveal()));
  EXPECT_FALSE(authenticate(server.ports_over(unknown), "initech", token.reveal()));
  EXPECT_EQ(foreign.accesses(), unknown.accesses());
}

TEST_F(Authenticate, RefusesATokenWhoseTimeIsOver) {
  server.clock.advance(1h - 1s);
  EXPECT_TRUE(with("acme"));
  server.clock.advance(1s);
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RefusesATokenForAnotherService) {
  TokenRequest request = server.token_request("ci-bot", made.secret.text());
  request.resource = "https://api.example.com";
  const auto issued = issue_token(server.ports(), std::move(request));
  ASSERT_TRUE(issued);
  EXPECT_EQ(code_of(authenticate(server.ports(), "acme", issued->access_token.reveal())),
            ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RefusesATokenOfARevokedSecret) {
  ASSERT_TRUE(revoke_secrets(server.ports(), server.owner(), bot.user.id));
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RefusesATokenOfADisabledApiUser) {
  const ApiUserChange disabled{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
  ASSERT_TRUE(update_api_user(server.ports(), server.owner(), bot.user.id, disabled, {}));
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, RefusesATokenOfADeletedApiUser) {
  ASSERT_TRUE(delete_api_user(server.ports(), server.owner(), bot.user.id, {}));
  EXPECT_EQ(code_of(with("acme")), ErrorCode::unauthenticated);
}

TEST_F(Authenticate, DoesNotBlameTheTokenForTheDatabase) {
  testing::FailingStore store(*server.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(authenticate(server.ports_over(store), "acme", token.reveal())),
            ErrorCode::unavailable);
}

TEST_F(Authenticate, TellsWhoItIsAndUntilWhen) {
  const auto actor = with("acme");
  ASSERT_TRUE(actor);
  EXPECT_EQ(actor->project.name.text(), "acme");
  EXPECT_EQ(actor->user.id, bot.user.id);
  EXPECT_EQ(actor->roles.size(), 1U);
  EXPECT_EQ(actor->token_expires_at, server.clock.now() + 1h);
  EXPECT_EQ(actor->token_slot, made.record.slot);
}

TEST_F(Authenticate, KnowsTheRolesAsTheyAreNow) {
  const Role writer = server.make_role("writer", "api-users.write");
  const ApiUserChange more{
      .description = {}, .status = {}, .roles = {{bot.roles.front().id, writer.id}}};
  ASSERT_TRUE(update_api_user(server.ports(), server.owner(), bot.user.id, more, {}));
  const auto actor = with("acme");
  ASSERT_TRUE(actor) << "widening ends no token";
  EXPECT_TRUE(require(*actor, permissions::kApiUsersWrite));
}

class Require : public AppFixture {};

TEST_F(Require, NamesThePermissionThatIsMissing) {
  const Actor reader = server.make_actor("reader", "api-users.read");
  const auto refused = require(reader, permissions::kApiUsersWrite);
  ASSERT_EQ(code_of(refused), ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("api-users.write"));
}

TEST_F(Require, TakesAPermissionThatCoversIt) {
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
    const Actor actor = server.make_actor("actor-" + std::to_string(++number), row.held);
    EXPECT_EQ(require(actor, permissions::kApiUsersWrite).has_value(), row.enough);
  }
}

/// What happens to an actor after it was let in and before its transaction begins.
class RequireNow : public AppFixture {
 protected:
  RequireNow() : actor(server.make_actor("admin", "api-users.write")) {}

  Result<ApiUserDetails> act() {
    return create_api_user(server.ports(), actor, {testing::username("made"), "", {}});
  }
  void change(const ApiUserChange& wanted) {
    ASSERT_TRUE(update_api_user(server.ports(), server.owner(), actor.user.id, wanted, {}));
  }

  Actor actor;
};

TEST_F(RequireNow, RefusesAnActorWhoWasDisabled) {
  change({.description = {}, .status = ApiUserStatus::disabled, .roles = {}});
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RefusesAnActorWhoWasDeleted) {
  ASSERT_TRUE(delete_api_user(server.ports(), server.owner(), actor.user.id, {}));
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RefusesAnActorWhoseSecretWasRevoked) {
  ASSERT_TRUE(revoke_secrets(server.ports(), server.owner(), actor.user.id));
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, RefusesAnActorWhoseRolesWereTakenOff) {
  change({.description = {}, .status = {}, .roles = std::vector<Uuid>{}});
  EXPECT_EQ(code_of(act()), ErrorCode::unauthenticated);
}

TEST_F(RequireNow, KnowsNothingOfAnotherProject) {
  const CreatedProject other = server.make_project("globex");
  Actor stranger = actor;
  stranger.project = other.project;
  EXPECT_EQ(code_of(create_api_user(server.ports(), stranger, {testing::username("made"), "", {}})),
            ErrorCode::unauthenticated);
}

TEST_F(RequireNow, LetsAnActorGiveWhatCameMeanwhile) {
  const Role reader = server.make_role("reader", "components.read");
  change({.description = {}, .status = {}, .roles = {{actor.roles.front().id, reader.id}}});
  EXPECT_TRUE(create_api_user(server.ports(), actor, {testing::username("made"), "", {reader.id}}));
}

}  // namespace
}  // namespace ptkl::app
