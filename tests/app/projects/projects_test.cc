#include "app/projects/projects.h"

#include <set>

#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "app/projects/signing_keys.h"
#include "crypto/key_store.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

/// Applies every change, and loses the reply to its commit.
class LostAnswerStore final : public Store {
 public:
  explicit LostAnswerStore(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body& body) override {
    if (auto done = inner_.transact(body); !done) return done;
    return failure(ErrorCode::outcome_unknown, "the connection broke");
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
};

bool gives_tokens_of_globex(testing::TestApp& server, Store& store, std::string_view secret) {
  TokenRequest request = server.token_request("owner", SecretString(secret));
  request.client.project = "globex";
  return issue_token(server.ports_over(store), std::move(request)).has_value();
}

class Projects : public AppFixture {
 protected:
  CreateProject named(std::string_view name) {
    return {.name = expect_done(ProjectName::parse(name)), .resources = {}};
  }
};

TEST_F(Projects, RequireAnUnusedName) {
  EXPECT_EQ(code_of(create_project(server_.context(), named("acme"))), ErrorCode::conflict);
  EXPECT_TRUE(server_.owner().grants.permissions.covers(testing::permission_set("*")))
      << "the existing project is unchanged";
}

TEST_F(Projects, AcceptTokenLifetimesFromAMinuteToADay) {
  const struct {
    const char* what;
    std::chrono::seconds lifetime;
    std::optional<ErrorCode> code;
  } rows[] = {
      {"none", 0s, ErrorCode::invalid_argument},
      {"under a minute", 59s, ErrorCode::invalid_argument},
      {"over a day", 24h + 1s, ErrorCode::invalid_argument},
      {"a minute", 60s, std::nullopt},
      {"a day", 24h, std::nullopt},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    CreateProject request = named("project-" + std::to_string(++number));
    request.token_lifetime = row.lifetime;
    EXPECT_EQ(code_of(create_project(server_.context(), request)), row.code);
  }
}

TEST_F(Projects, AreCreatedCompletelyOrNotAtAll) {
  testing::FailingStore store(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(create_project(server_.ports_over(store), named("globex"))),
            ErrorCode::unavailable);
  EXPECT_EQ(code_of(list_published_keys(server_.context(), "globex")), ErrorCode::not_found);
  EXPECT_TRUE(create_project(server_.context(), named("globex")));
}

TEST_F(Projects, AreCreatedInOneTransaction) {
  testing::CountingStore store(*server_.store);
  EXPECT_TRUE(create_project(server_.ports_over(store), named("globex")));
  EXPECT_EQ(store.transactions(), 1);
}

TEST_F(Projects, ShowTheirSecretBeforeTheCommit) {
  LostAnswerStore store(*server_.store);
  std::string shown;
  const auto show = [&](const CreatedProject& created) -> Result<void> {
    EXPECT_EQ(shown, "");
    shown = created.secret.text().reveal();
    return {};
  };
  EXPECT_EQ(code_of(create_project(server_.ports_over(store), named("globex"), show)),
            ErrorCode::outcome_unknown);
  EXPECT_TRUE(gives_tokens_of_globex(server_, *server_.store, shown));
}

TEST_F(Projects, AreNotCreatedWhenTheirSecretCannotBeShown) {
  const auto show = [](const CreatedProject&) -> Result<void> {
    return failure(ErrorCode::internal, "the pipe is closed");
  };
  EXPECT_EQ(code_of(create_project(server_.context(), named("globex"), show)), ErrorCode::internal);
  EXPECT_EQ(code_of(list_published_keys(server_.context(), "globex")), ErrorCode::not_found);
}

TEST_F(Projects, HaveAnOwnerWithAllPermissions) {
  const Actor owner = server_.owner();
  EXPECT_EQ(owner.principal.name, "owner");
  EXPECT_EQ(owner.principal.id, server_.acme->owner.id);
  ASSERT_EQ(owner.roles.size(), 1U);
  EXPECT_EQ(owner.roles.front().name.text(), "owner");
  EXPECT_EQ(owner.grants.permissions, testing::permission_set("*"));
  EXPECT_EQ(owner.grants.level.value(), 100);
}

TEST_F(Projects, HaveTwoKeysOfTheirOwn) {
  server_.make_project("globex");
  const auto acme = list_published_keys(server_.context(), "acme");
  const auto globex = list_published_keys(server_.context(), "globex");
  ASSERT_TRUE(acme);
  ASSERT_TRUE(globex);
  ASSERT_EQ(acme->size(), 2U);
  ASSERT_EQ(globex->size(), 2U);
  std::set<std::string> kids;
  for (const auto& key : {(*acme)[0], (*acme)[1], (*globex)[0], (*globex)[1]}) kids.insert(key.kid);
  EXPECT_EQ(kids.size(), 4U);
}

/// The context of a server whose master key is another one, over any store.
AppContext ports_with(testing::TestApp& server, Store& store, crypto::KeyStore& keys) {
  const AppContext all = server.context();
  return {store,
          all.clock,
          all.random_source,
          all.secret_hasher,
          all.password_hasher,
          keys,
          keys,
          keys,
          all.audit_signer,
          all.last_used,
          all.log,
          all.public_url};
}

/// An empty database.
class FirstProject : public AppFixture {
 protected:
  AppContext context() { return server_.ports_over(*store_); }
  Result<void> create(const std::function<Result<void>(const CreatedProject&)>& show) {
    return create_first_project(
        context(), {.name = expect_done(ProjectName::parse("globex")), .resources = {}}, show);
  }
  Result<void> create() {
    return create([&](const CreatedProject& created) -> Result<void> {
      ++shown_;
      owner_ = created.owner.id.text();
      return {};
    });
  }

  std::unique_ptr<Store> store_ = testing::make_store(server_.log);
  int shown_ = 0;
  std::string owner_;
};

TEST_F(FirstProject, IsRefusedIfAProjectExists) {
  ASSERT_TRUE(create_project(context(),
                             {.name = expect_done(ProjectName::parse("acme")), .resources = {}}));
  EXPECT_EQ(code_of(create()), ErrorCode::conflict);
  EXPECT_EQ(shown_, 0);
  EXPECT_EQ(code_of(list_published_keys(context(), "globex")), ErrorCode::not_found);
}

TEST_F(FirstProject, IsRefusedIfTheDatabaseIsBound) {
  ASSERT_TRUE(bind_master_key(context()));
  EXPECT_EQ(code_of(create()), ErrorCode::conflict);
  EXPECT_EQ(shown_, 0);
}

TEST_F(FirstProject, IsNotCreatedWhenItsSecretCannotBeShown) {
  const auto done = create([](const CreatedProject&) -> Result<void> {
    return failure(ErrorCode::internal, "the pipe is closed");
  });
  EXPECT_EQ(code_of(done), ErrorCode::internal);
  EXPECT_EQ(code_of(confirm_master_key(context())), ErrorCode::not_found);
  EXPECT_TRUE(create()) << "nothing is in the way";
}

TEST_F(FirstProject, KeepsTheShownSecretWhenItsTransactionRunsAgain) {
  testing::CollidingStore again(*store_);
  std::string shown;
  ASSERT_TRUE(
      create_first_project(server_.ports_over(again),
                           {.name = expect_done(ProjectName::parse("globex")), .resources = {}},
                           [&](const CreatedProject& created) -> Result<void> {
                             shown += created.secret.text().reveal();
                             return {};
                           }));
  EXPECT_TRUE(gives_tokens_of_globex(server_, *store_, shown));
}

TEST_F(FirstProject, IsCreatedInOneTransactionThatBindsTheDatabase) {
  testing::CountingStore counting(*store_);
  EXPECT_TRUE(
      create_first_project(server_.ports_over(counting),
                           {.name = expect_done(ProjectName::parse("globex")), .resources = {}},
                           [](const CreatedProject&) -> Result<void> { return {}; }));
  EXPECT_EQ(counting.transactions(), 1);
  EXPECT_TRUE(confirm_master_key(context()));
  const auto other = crypto::make_key_store(crypto::MasterKey::make());
  EXPECT_EQ(code_of(confirm_master_key(ports_with(server_, *store_, *other))),
            ErrorCode::invalid_argument);
}

class MasterKeyBinding : public AppFixture {
 protected:
  Result<void> bind(crypto::KeyStore& keys) {
    return bind_master_key(ports_with(server_, *server_.store, keys));
  }
};

TEST_F(MasterKeyBinding, RefusesAnotherKey) {
  ASSERT_TRUE(bind(*server_.key_store));
  const auto other = crypto::make_key_store(crypto::MasterKey::make());
  EXPECT_EQ(code_of(bind(*other)), ErrorCode::invalid_argument);
  EXPECT_TRUE(bind(*server_.key_store)) << "the first key stays";
}

TEST_F(MasterKeyBinding, ConfirmsTheSameKeyAgain) {
  EXPECT_TRUE(bind(*server_.key_store));
  EXPECT_TRUE(bind(*crypto::make_key_store(server_.master_key)));
}

}  // namespace
}  // namespace ptkl::app
