#include "app/users/login.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

#include "crypto/argon2_password_hasher.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;
using ::testing::HasSubstr;
using ::testing::Not;

/// Counts calls of hash() and verify().
class CountingPasswordHasher final : public PasswordHasher {
 public:
  explicit CountingPasswordHasher(PasswordHasher& inner) : inner_(inner) {}
  Result<std::string> hash(const SecretString& password) override {
    ++count;
    return inner_.hash(password);
  }
  Result<bool> verify(const SecretString& password, const std::string& encoded) override {
    ++count;
    return inner_.verify(password, encoded);
  }
  bool is_outdated(const std::string& encoded) override { return inner_.is_outdated(encoded); }

  int count = 0;

 private:
  PasswordHasher& inner_;
};

class HasherWithoutMemory final : public PasswordHasher {
 public:
  Result<std::string> hash(const SecretString&) override { return none(); }
  Result<bool> verify(const SecretString&, const std::string&) override { return none(); }
  bool is_outdated(const std::string&) override { return false; }

 private:
  static tl::unexpected<Error> none() { return failure(ErrorCode::unavailable, "no memory"); }
};

/// Writes to the database at each call, which fails within a transaction.
class WritingPasswordHasher final : public PasswordHasher {
 public:
  WritingPasswordHasher(Store& store, PasswordHasher& inner) : store_(store), inner_(inner) {}
  Result<std::string> hash(const SecretString& password) override {
    write();
    return inner_.hash(password);
  }
  Result<bool> verify(const SecretString& password, const std::string& encoded) override {
    write();
    return inner_.verify(password, encoded);
  }
  bool is_outdated(const std::string&) override { return true; }

  int writes = 0;

 private:
  void write() {
    expect_done(store_.transact([](Transaction&) -> Result<void> { return {}; }));
    ++writes;
  }

  Store& store_;
  PasswordHasher& inner_;
};

class Login : public AppFixture {
 protected:
  Login() { server_.make_user("alice@example.com"); }

  /// The server's context with another store and hasher.
  AppContext ports_with(Store& store, PasswordHasher& hasher) {
    const AppContext all = server_.context();
    return {store,        all.clock,        all.random_source,  all.secret_hasher, hasher,
            all.key_ring, all.token_signer, all.token_verifier, all.audit_signer,  all.last_used,
            all.log,      all.public_url};
  }
  LoginRequest request(std::string_view project = "acme",
                       std::string_view email = "alice@example.com",
                       std::string_view password = testing::kPassword) {
    return {std::string(project),
            testing::email(email),
            SecretString(password),
            {"192.0.2.7", "request-1"}};
  }
};

TEST_F(Login, FailsTheSameWayAfterTheSameWorkForEveryReason) {
  server_.invite("invited@example.com");
  server_.make_project("other");
  const struct {
    const char* reason;
    const char* project;
    const char* email;
    const char* password;
  } rows[] = {
      {"wrong_password", "acme", "alice@example.com", "correct horse battery stapl"},
      {"wrong_password", "acme", "alice@example.com", ""},
      {"unknown_user", "acme", "unknown@example.com", "correct horse battery staple"},
      {"unknown_user", "other", "alice@example.com", "correct horse battery staple"},
      {"unknown_user", "nowhere", "alice@example.com", "correct horse battery staple"},
      {"unknown_user", "NO NAME", "alice@example.com", "correct horse battery staple"},
      {"not_accepted", "acme", "invited@example.com", "correct horse battery staple"},
      {"not_accepted", "acme", "invited@example.com", ""},
  };
  std::set<std::string> answers;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.email);
    testing::ReadOnlyStore store(*server_.store);
    CountingPasswordHasher hasher(*server_.password_hasher);
    const auto refused =
        login(ports_with(store, hasher), request(row.project, row.email, row.password));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
    EXPECT_EQ(hasher.count, 1);
    answers.insert(refused.error().message);
    EXPECT_EQ(server_.log.lines().back().fields.at("reason"), row.reason);
  }
  EXPECT_EQ(answers.size(), 1U);
  EXPECT_THAT(server_.log.text(), Not(HasSubstr("correct horse")));
}

TEST_F(Login, IsUnavailableWithoutMemory) {
  HasherWithoutMemory hasher;
  for (const char* email : {"alice@example.com", "unknown@example.com"}) {
    EXPECT_EQ(code_of(login(ports_with(*server_.store, hasher), request("acme", email))),
              ErrorCode::unavailable);
  }
}

TEST_F(Login, FailsForAUserDeletedDuringThePasswordCheck) {
  const auto page = expect_done(list_users(server_.context(), server_.owner(), {}));
  testing::OvertakenStore store(*server_.store, [&] {
    expect_done(delete_user(server_.context(), server_.owner(), page.items.front().user.id, {}));
  });
  EXPECT_EQ(code_of(login(server_.ports_over(store), request())), ErrorCode::unauthenticated);
}

TEST_F(Login, FailsForANewUserWithTheSameEmail) {
  const auto page = expect_done(list_users(server_.context(), server_.owner(), {}));
  testing::OvertakenStore store(*server_.store, [&] {
    expect_done(delete_user(server_.context(), server_.owner(), page.items.front().user.id, {}));
    expect_done(server_.accept(server_.invite("alice@example.com"), "another password of mine"));
  });
  EXPECT_EQ(code_of(login(server_.ports_over(store), request())), ErrorCode::unauthenticated);
}

TEST_F(Login, AndAcceptingHashPasswordsOutsideOfAnyTransaction) {
  WritingPasswordHasher hasher(*server_.store, *server_.password_hasher);
  const AppContext context = ports_with(*server_.store, hasher);
  EXPECT_TRUE(login(context, request()));
  EXPECT_EQ(hasher.writes, 2) << "compared, and renewed";
  EXPECT_TRUE(accept_invitation(
      context, {server_.invite("bob@example.com"), SecretString(testing::kPassword), {}}));
  EXPECT_EQ(hasher.writes, 3);
}

TEST_F(Login, MakesOneReadAndOneTransaction) {
  testing::CountingStore store(*server_.store);
  ASSERT_TRUE(login(server_.ports_over(store), request()));
  EXPECT_EQ(store.snapshots(), 1);
  EXPECT_EQ(store.transactions(), 1);
}

TEST_F(Login, IssuesATokenWithTheRolesOfTheUser) {
  const Role role = server_.make_role("reader", "components.read users.read", 30);
  const UserDetails bob = server_.make_user("bob@example.com", {role});
  const auto issued = expect_done(server_.login("Bob@example.com"));
  EXPECT_EQ(issued.expires_in, 1h);
  EXPECT_EQ(issued.scope, "components.read users.read");
  const Actor actor =
      expect_done(authenticate(server_.context(), "acme", issued.access_token.reveal()));
  EXPECT_EQ(actor.principal.kind, PrincipalKind::user);
  EXPECT_EQ(actor.principal.id, bob.user.id);
  EXPECT_EQ(actor.principal.name, "bob@example.com");
  EXPECT_EQ(actor.grants.level.value(), 30);
  EXPECT_FALSE(actor.credential.empty());
  EXPECT_TRUE(get_user(server_.context(), actor, bob.user.id));
}

TEST_F(Login, RecordsTimeAndAddress) {
  server_.clock.advance(1min);
  ASSERT_TRUE(server_.login("alice@example.com"));
  const auto page = expect_done(list_users(server_.context(), server_.owner(), {}));
  EXPECT_EQ(page.items.front().user.last_login_at, server_.clock.now());
  EXPECT_EQ(page.items.front().user.last_login_from, "192.0.2.7");
  EXPECT_EQ(page.items.front().user.version, 2) << "a login is no change of the user";
}

TEST_F(Login, RenewsAnOutdatedHashOnce) {
  const auto dearer = crypto::make_password_hasher({.memory_bytes = 16384, .passes = 1});
  CountingPasswordHasher hasher(*dearer);
  const AppContext context = ports_with(*server_.store, hasher);
  EXPECT_EQ(code_of(login(context, request("acme", "alice@example.com", "wrong"))),
            ErrorCode::unauthenticated);
  EXPECT_EQ(hasher.count, 1) << "not with a wrong password";
  ASSERT_TRUE(login(context, request()));
  EXPECT_EQ(hasher.count, 3);
  ASSERT_TRUE(login(context, request()));
  EXPECT_EQ(hasher.count, 4);
}

}  // namespace
}  // namespace ptkl::app
