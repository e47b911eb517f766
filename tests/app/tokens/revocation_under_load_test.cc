// Threads use tokens continuously while other threads revoke them: every request that begins after a revocation
// has returned must be rejected. A counter decides what comes first, not a clock.
#include <array>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "app/oauth/tokens.h"
#include "support/eventually.h"
#include "support/stale_store.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::expect_done;
using testing::TestApp;

/// Bounded by counts, so that a slow machine does the same work. Many revokers, because one waits for
/// its commits most of the time.
constexpr int kSeeds = 10;
constexpr int kRevokers = 6;
constexpr int kUsers = 2;
constexpr int kRevocationsPerRevoker = 35;
/// How many requests are made between two revocations, at least.
constexpr int kRequestsBetween = 3;
constexpr std::size_t kTokensPerRevoker = 4;

/// PTKL_TEST_SEED, or a random seed. Printed, because it determines the order of the operations, though not the
/// scheduling of the threads.
unsigned first_seed() {
  const char* const given = std::getenv("PTKL_TEST_SEED");
  const unsigned seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                         : std::random_device()();
  std::cout << "PTKL_TEST_SEED=" << seed << '\n';
  return seed;
}

struct Token {
  Token(SecretString token, CredentialId from) : text(std::move(token)), secret(std::move(from)) {}

  SecretString text;
  CredentialId secret;
  std::atomic<std::uint64_t> revoked_since = 0;  ///< 0: not revoked
};
using TokenPointer = std::shared_ptr<Token>;  // shared by the revoker and the users of the token

/// The tokens of one revoker, including revoked ones, which must be rejected.
class Pool {
 public:
  void add(TokenPointer token) {
    const std::lock_guard lock(mutex_);
    tokens_[next_++ % tokens_.size()] = std::move(token);
  }
  /// Null while that place is empty.
  TokenPointer pick(std::size_t number) const {
    const std::lock_guard lock(mutex_);
    return tokens_[number % tokens_.size()];
  }
  std::array<TokenPointer, kTokensPerRevoker> all() const {
    const std::lock_guard lock(mutex_);
    return tokens_;
  }

 private:
  mutable std::mutex mutex_;
  std::array<TokenPointer, kTokensPerRevoker> tokens_;
  std::size_t next_ = 0;
};

/// The state that all threads share.
struct Load {
  /// `used` is the store that the users' requests read from.
  Load(TestApp& server, Store& used)
      : app(server),
        owner(server.owner()),
        context(server.context()),
        users_context(server.ports_over(used)) {}

  TestApp& app;
  const Actor owner;
  const AppContext context;
  const AppContext users_context;
  std::array<Pool, kRevokers> pools;
  std::atomic<std::uint64_t> order = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<int> revocations = 0;
  std::atomic<int> accepted = 0;
  std::atomic<int> accepted_too_late = 0;
  std::atomic<int> revokers_left = kRevokers;
};

/// Revokes the tokens of one API user repeatedly, in every possible way.
class Revoker {
 public:
  Revoker(Load& load, int number, unsigned seed)
      : load_(load),
        pool_(load.pools.at(static_cast<std::size_t>(number))),
        random_(seed),
        name_("bot-" + std::to_string(number)),
        role_(make_role()),
        bot_(load.app.make_api_user(name_, {role_})),
        secret_(create_secret()) {}

  void run() {
    for (int i = 0; i < kRevocationsPerRevoker; ++i) {
      issue_token();
      revoke_in_random_way();
      wait_for_requests();
    }
    --load_.revokers_left;
  }

 private:
  Role make_role() { return load_.app.make_role(name_ + " role", "components.read"); }

  CreatedSecret create_secret(std::chrono::seconds overlap = 0s) {
    return expect_done(app::create_secret(load_.context, load_.owner, bot_.user.id,
                                          {.overlap = overlap, .expires_in = {}, .label = ""}));
  }

  void issue_token() {
    auto token = std::make_shared<Token>(load_.app.token_of(name_, secret_.secret.text()),
                                         secret_.record.id);
    pool_.add(token);
  }

  void wait_for_requests() {
    const std::uint64_t enough = load_.requests + kRequestsBetween;
    EXPECT_TRUE(testing::eventually([&] { return load_.requests >= enough; }));
  }

  /// Requires: the revocation has returned.
  template <class IsRevoked>
  void mark_revoked(const IsRevoked& is_revoked) {
    const std::uint64_t now = ++load_.order;
    ++load_.revocations;
    for (const TokenPointer& token : pool_.all()) {
      if (token && token->revoked_since == 0 && is_revoked(*token)) token->revoked_since = now;
    }
  }
  void mark_all_revoked() {
    mark_revoked([](const Token&) { return true; });
  }

  void update(std::optional<ApiUserStatus> status, std::optional<std::vector<Uuid>> roles) {
    expect_done(update_api_user(load_.context, load_.owner, bot_.user.id,
                                {.description = {}, .status = status, .roles = std::move(roles)},
                                {}));
  }

  void set_permissions(std::string_view permissions) {
    expect_done(update_role(
        load_.context, load_.owner, role_.id,
        {.permissions = testing::permission_set(permissions), .workspaces = {}, .level = {}}, {}));
  }

  void revoke_in_random_way() {
    constexpr unsigned kWays = 8;
    switch (random_() % kWays) {
      case 0:
        expect_done(revoke_secrets(load_.context, load_.owner, bot_.user.id));
        mark_all_revoked();
        secret_ = create_secret();
        break;
      case 1: {
        const CredentialId old = secret_.record.id;
        secret_ = create_secret(1h);
        issue_token();
        expect_done(revoke_secret(load_.context, load_.owner, bot_.user.id, old, {}));
        mark_revoked([&](const Token& token) { return token.secret == old; });
        break;
      }
      case 2:
        secret_ = create_secret();
        mark_all_revoked();
        break;
      case 3:
        update(ApiUserStatus::disabled, {});
        mark_all_revoked();
        update(ApiUserStatus::active, {});
        break;
      case 4:
        update({}, std::vector<Uuid>());
        mark_all_revoked();
        update({}, std::vector<Uuid>{role_.id});
        break;
      case 5:
        set_permissions("");
        mark_all_revoked();
        set_permissions("components.read");
        break;
      case 6:
        expect_done(delete_role(load_.context, load_.owner, role_.id, {}));
        mark_all_revoked();
        role_ = make_role();
        update({}, std::vector<Uuid>{role_.id});
        break;
      default: {
        const TokenPointer one = pool_.pick(random_());
        if (!one) break;
        EXPECT_TRUE(revoke_token(load_.context, {"acme", "", "", ""}, one->text.reveal()));
        mark_revoked([&](const Token& token) { return &token == one.get(); });
      }
    }
  }

  Load& load_;
  Pool& pool_;
  std::mt19937 random_;
  std::string name_;
  Role role_;
  ApiUserDetails bot_;
  CreatedSecret secret_;
};

/// Uses tokens, at random for our own API or for introspection.
class User {
 public:
  User(Load& load, unsigned seed) : load_(load), random_(seed) {}

  void run() {
    while (load_.revokers_left > 0) {
      use_one();
      std::this_thread::yield();
    }
  }

 private:
  bool is_accepted(const Token& token) {
    if (random_() % 2 == 0) {
      return authenticate(load_.users_context, "acme", token.text.reveal()).has_value();
    }
    const auto claims =
        introspect_token(load_.users_context, {{"acme", "owner", "", ""},
                                               SecretProof{load_.app.acme->secret.text().clone()},
                                               {},
                                               token.text.clone()});
    EXPECT_TRUE(claims);
    return claims && *claims;
  }

  void use_one() {
    const TokenPointer token = load_.pools.at(random_() % kRevokers).pick(random_());
    if (token) {
      const std::uint64_t began = ++load_.order;
      const bool accepted = is_accepted(*token);
      const std::uint64_t revoked_since = token->revoked_since;
      if (accepted) ++load_.accepted;
      if (accepted && revoked_since != 0 && revoked_since < began) ++load_.accepted_too_late;
    }
    ++load_.requests;
  }

  Load& load_;
  std::mt19937 random_;
};

void run(Load& load, unsigned seed) {
  std::vector<std::unique_ptr<Revoker>> revokers;
  std::vector<std::unique_ptr<User>> users;
  revokers.reserve(kRevokers);
  users.reserve(kUsers);
  for (int i = 0; i < kRevokers; ++i) {
    revokers.push_back(std::make_unique<Revoker>(load, i, seed * 31 + static_cast<unsigned>(i)));
  }
  for (unsigned i = 0; i < kUsers; ++i) {
    users.push_back(std::make_unique<User>(load, seed * 37 + i));
  }
  std::vector<std::jthread> threads;
  threads.reserve(kUsers + kRevokers);
  for (auto& user : users) threads.emplace_back([&user] { user->run(); });
  for (auto& revoker : revokers) threads.emplace_back([&revoker] { revoker->run(); });
}

TEST(RevocationUnderLoad, InvalidatesTheTokenForEveryLaterRequest) {
  const unsigned first = first_seed();
  int revocations = 0;
  for (unsigned seed = first; seed < first + kSeeds; ++seed) {
    SCOPED_TRACE("PTKL_TEST_SEED=" + std::to_string(seed));
    TestApp app;
    Load load(app, *app.store);
    run(load, seed);
    revocations += load.revocations;
    EXPECT_EQ(load.accepted_too_late, 0);
    EXPECT_GT(load.accepted, 0);
    // No other token was revoked.
    for (const Pool& pool : load.pools) {
      for (const TokenPointer& token : pool.all()) {
        EXPECT_TRUE(!token || app.is_valid(token->text) == (token->revoked_since == 0));
      }
    }
  }
  EXPECT_GE(revocations, 2000);
}

// One run is nearly always enough.
TEST(RevocationUnderLoad, TestDetectsAnswersFromAnOldSnapshot) {
  constexpr int kReadsPerSnapshot = 50;
  unsigned seed = first_seed();
  EXPECT_TRUE(testing::eventually([&] {
    TestApp app;
    testing::StaleStore stale(*app.store, kReadsPerSnapshot);
    Load load(app, stale);
    run(load, seed++);
    return load.accepted_too_late > 0;
  }));
}

}  // namespace
}  // namespace ptkl::app
