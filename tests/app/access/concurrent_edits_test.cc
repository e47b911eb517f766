// Two concurrent changes: the rules hold after both, whatever their order.
#include <latch>
#include <thread>

#include <gmock/gmock.h>

#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

constexpr int kRounds = 40;

/// Runs both concurrently and waits for both.
template <class First, class Second>
void run_at_once(const First& first, const Second& second) {
  std::latch start(2);
  std::thread other([&] {
    start.arrive_and_wait();
    second();
  });
  start.arrive_and_wait();
  first();
  other.join();
}

const UpdateApiUser kDisable{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
const UpdateApiUser kEnable{.description = {}, .status = ApiUserStatus::active, .roles = {}};

class ConcurrentEdits : public AppFixture {
 protected:
  ConcurrentEdits() : context_(server_.context()) {}
  const AppContext context_;
};

TEST_F(ConcurrentEdits, LeaveOneOfTwoOwnersWhoDisableEachOther) {
  const ApiUserDetails second = server_.make_api_user("second", {server_.owner().roles.front()});
  const CreatedSecret secret = server_.make_secret(second);
  for (int round = 0; round < kRounds; ++round) {
    const Actor a = server_.owner();
    const Actor b = server_.actor_of("second", secret.secret.text());
    bool a_did = false;
    bool b_did = false;
    run_at_once(
        [&] { a_did = update_api_user(context_, a, b.principal.id, kDisable, {}).has_value(); },
        [&] { b_did = update_api_user(context_, b, a.principal.id, kDisable, {}).has_value(); });
    ASSERT_NE(a_did, b_did);
    ASSERT_TRUE(update_api_user(context_, a_did ? a : b, a_did ? b.principal.id : a.principal.id,
                                kEnable, {}));
  }
}

TEST_F(ConcurrentEdits, LeaveOneOfTwoOwnersWhoseSecretsAreRevoked) {
  const ApiUserDetails second = server_.make_api_user("second", {server_.owner().roles.front()});
  for (int round = 0; round < kRounds; ++round) {
    const CreatedSecret secret = server_.make_secret(second);
    const Actor a = server_.owner();
    bool first_did = false;
    bool second_did = false;
    run_at_once(
        [&] { first_did = revoke_secrets(context_, a, server_.acme->owner.id).has_value(); },
        [&] { second_did = revoke_secrets(context_, a, second.user.id).has_value(); });
    ASSERT_NE(first_did, second_did);
    if (first_did) {
      // The remaining secret is that of the second API user, which creates one for the first.
      const Actor b = server_.actor_of("second", secret.secret.text());
      server_.acme->secret =
          expect_done(create_secret(context_, b, server_.acme->owner.id, {})).secret;
    }
  }
}

/// Advances by a millisecond at each call, so that the stored times show which transaction was first.
class TickingClock final : public Clock {
 public:
  explicit TickingClock(Timestamp start) : millis_(to_unix_millis(start)) {}
  Timestamp now() const override { return from_unix_millis(++millis_); }

 private:
  mutable std::atomic<std::int64_t> millis_;
};

TEST_F(ConcurrentEdits, GiveNothingThatTheCallerHasJustLost) {
  const Role admin = server_.make_role("admin", "api-users.*", 100);
  const Role deployer = server_.make_role("deployer", "deploy.production", 10);
  const ApiUserDetails giver = server_.make_api_user("giver", {admin, deployer});
  const CreatedSecret secret = server_.make_secret(giver);
  TickingClock clock(server_.clock.now());
  const AppContext ticking{context_.store,
                           clock,
                           context_.random_source,
                           context_.secret_hasher,
                           context_.password_hasher,
                           context_.key_ring,
                           context_.token_signer,
                           context_.token_verifier,
                           context_.audit_signer,
                           context_.last_used,
                           context_.log,
                           context_.public_url};
  const UpdateApiUser take{.description = {}, .status = {}, .roles = {{admin.id}}};
  const UpdateApiUser give_back{
      .description = {}, .status = {}, .roles = {{admin.id, deployer.id}}};
  for (int round = 0; round < kRounds; ++round) {
    const Actor actor = server_.actor_of("giver", secret.secret.text());
    const Actor owner = server_.owner();
    const CreateApiUser request{
        testing::username("made-" + std::to_string(round)), "", {deployer.id}};
    Result<ApiUserDetails> given = failure(ErrorCode::internal, "did not run");
    Result<ApiUserDetails> taken = failure(ErrorCode::internal, "did not run");
    run_at_once([&] { given = create_api_user(ticking, actor, request); },
                [&] { taken = update_api_user(ticking, owner, giver.user.id, take, {}); });
    ASSERT_TRUE(taken);
    if (given) {
      ASSERT_LT(given->user.created_at, taken->user.updated_at);
    } else {
      ASSERT_EQ(code_of(given), ErrorCode::unauthenticated);
    }
    ASSERT_TRUE(update_api_user(context_, owner, giver.user.id, give_back, {}));
  }
}

TEST_F(ConcurrentEdits, ApplyOnlyOneOfTwoUpdatesOfOneVersion) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  const Actor owner = server_.owner();
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t seen = server_.read(bot.user.id).user.version;
    const std::string text = std::to_string(round);
    const UpdateApiUser a{.description = "a" + text, .status = {}, .roles = {}};
    const UpdateApiUser b{.description = "b" + text, .status = {}, .roles = {}};
    std::optional<ErrorCode> a_code;
    std::optional<ErrorCode> b_code;
    run_at_once([&] { a_code = code_of(update_api_user(context_, owner, bot.user.id, a, seen)); },
                [&] { b_code = code_of(update_api_user(context_, owner, bot.user.id, b, seen)); });
    ASSERT_NE(a_code, b_code);
    ASSERT_EQ(a_code ? a_code : b_code, ErrorCode::precondition_failed);
  }
}

TEST_F(ConcurrentEdits, LeaveOneSecretOfTwoThatReplaceEachOther) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  const Actor owner = server_.owner();
  for (int round = 0; round < kRounds; ++round) {
    run_at_once([&] { expect_done(create_secret(context_, owner, bot.user.id, {})); },
                [&] { expect_done(create_secret(context_, owner, bot.user.id, {})); });
    int live = 0;
    for (const ClientCredential& secret : server_.read(bot.user.id).secrets) {
      live += secret.is_live(server_.clock.now()) ? 1 : 0;
    }
    ASSERT_EQ(live, 1);
  }
}

TEST_F(ConcurrentEdits, RevokeTokensIssuedWhileTheirSecretEnds) {
  const ApiUserDetails bot = server_.make_api_user("bot");
  const Actor owner = server_.owner();
  for (int round = 0; round < kRounds; ++round) {
    const CreatedSecret made = server_.make_secret(bot);
    std::vector<SecretString> tokens;
    run_at_once(
        [&] {
          while (true) {
            auto issued = issue_token(context_, server_.token_request("bot", made.secret.text()));
            if (!issued) break;
            tokens.push_back(std::move(issued->access_token));
          }
        },
        [&] { expect_done(revoke_secrets(context_, owner, bot.user.id)); });
    for (const SecretString& token : tokens) ASSERT_FALSE(server_.is_valid(token));
  }
}

}  // namespace
}  // namespace ptkl::app
