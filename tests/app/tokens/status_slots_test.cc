// Every change that removes rights revokes the tokens that were issued before, and no other change does.
#include <algorithm>
#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>

#include "crypto/random.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::expect_done;

class StatusSlots : public AppFixture {
 protected:
  StatusSlots()
      : reader_(server_.make_role("reader", "components.read")),
        writer_(server_.make_role("writer", "components.write")),
        bot_(server_.make_api_user("bot", {reader_})),
        made_(server_.make_secret(bot_)),
        token_(server_.token_of("bot", made_.secret.text())) {}

  void update(const UpdateApiUser& change) {
    expect_done(update_api_user(server_.context(), server_.owner(), bot_.user.id, change, {}));
  }
  void set_status(ApiUserStatus status) {
    update({.description = {}, .status = status, .roles = {}});
  }
  void set_roles(std::vector<Uuid> roles) {
    update({.description = {}, .status = {}, .roles = std::move(roles)});
  }
  StatusSlot slot_of(const CredentialId& id) {
    for (const ClientCredential& secret : server_.read(bot_.user.id).secrets) {
      if (secret.id == id) return secret.slot;
    }
    ADD_FAILURE() << "no such secret";
    return {};
  }
  bool is_valid(StatusSlot slot) {
    bool valid = false;
    const auto read = server_.store->read([&](Transaction& transaction) -> Result<void> {
      const auto owner = expect_done(
          transaction.find_token_owner(server_.acme->project.id, {bot_.user.id, {}, slot}));
      valid = owner && owner->token_active;
      return {};
    });
    EXPECT_TRUE(read);
    return valid;
  }

  Role reader_;
  Role writer_;
  ApiUserDetails bot_;
  CreatedSecret made_;
  SecretString token_;
};

TEST_F(StatusSlots, InvalidateTheTokensWhenRightsAreRemoved) {
  const struct {
    const char* what;
    std::function<void()> take;
  } rows[] = {
      {"a role off", [this] { set_roles({}); }},
      {"a role for another", [this] { set_roles({writer_.id}); }},
      {"disabled",
       [this] {
         set_status(ApiUserStatus::disabled);
         set_status(ApiUserStatus::active);
       }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    set_roles({reader_.id});
    token_ = server_.token_of("bot", made_.secret.text());
    ASSERT_TRUE(server_.is_valid(token_));
    const StatusSlot before = slot_of(made_.record.id);
    row.take();
    EXPECT_FALSE(server_.is_valid(token_));
    EXPECT_FALSE(is_valid(before));
    EXPECT_TRUE(server_.is_valid(server_.token_of("bot", made_.secret.text())))
        << "the secret gets a new slot";
  }
}

TEST_F(StatusSlots, StayValidWhenRightsAreAdded) {
  const StatusSlot before = slot_of(made_.record.id);
  set_roles({reader_.id, writer_.id});
  update({.description = "more", .status = {}, .roles = {}});
  EXPECT_TRUE(server_.is_valid(token_));
  EXPECT_EQ(slot_of(made_.record.id), before);
}

TEST_F(StatusSlots, BecomeInvalidWithTheirSecret) {
  ASSERT_TRUE(revoke_secrets(server_.context(), server_.owner(), bot_.user.id));
  EXPECT_FALSE(is_valid(made_.record.slot));
  EXPECT_EQ(slot_of(made_.record.id), made_.record.slot) << "an inactive secret needs no new slot";
}

TEST_F(StatusSlots, BecomeInvalidWithTheirApiUser) {
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), bot_.user.id, {}));
  EXPECT_FALSE(is_valid(made_.record.slot));
}

TEST_F(StatusSlots, BecomeInvalidWhenASecretIsReplacedImmediately) {
  server_.make_secret(bot_);
  EXPECT_FALSE(server_.is_valid(token_));
  EXPECT_FALSE(is_valid(made_.record.slot));
}

TEST_F(StatusSlots, StayValidDuringAnOverlap) {
  server_.make_secret(bot_, {.overlap = 1h, .expires_in = {}, .label = ""});
  EXPECT_TRUE(server_.is_valid(token_));
}

TEST_F(StatusSlots, BecomeInvalidOneByOneWhenOneSecretIsRevoked) {
  const CreatedSecret second =
      server_.make_secret(bot_, {.overlap = 1h, .expires_in = {}, .label = ""});
  const SecretString later = server_.token_of("bot", second.secret.text());
  ASSERT_TRUE(revoke_secret(server_.context(), server_.owner(), bot_.user.id, made_.record.id));
  EXPECT_FALSE(server_.is_valid(token_));
  EXPECT_TRUE(server_.is_valid(later));
}

/// A token from before the rotation can still be valid when the overlap has ended and its secret is inactive.
class AfterTheOverlap : public StatusSlots {
 protected:
  AfterTheOverlap() {
    server_.make_secret(bot_, {.overlap = 60s, .expires_in = {}, .label = ""});
    server_.clock.advance(61s);
    EXPECT_TRUE(server_.is_valid(token_));
  }
};

TEST_F(AfterTheOverlap, TokensEndWhenARoleIsRemoved) {
  set_roles({});
  EXPECT_FALSE(server_.is_valid(token_));
}

TEST_F(AfterTheOverlap, TokensEndWithAllSecrets) {
  ASSERT_EQ(revoke_secrets(server_.context(), server_.owner(), bot_.user.id)->size(), 2U);
  EXPECT_FALSE(server_.is_valid(token_));
}

TEST_F(AfterTheOverlap, TokensEndWithThatOneSecret) {
  ASSERT_TRUE(revoke_secret(server_.context(), server_.owner(), bot_.user.id, made_.record.id));
  EXPECT_FALSE(server_.is_valid(token_));
}

TEST_F(AfterTheOverlap, TokensEndWithTheNextRotation) {
  const CreatedSecret next = server_.make_secret(bot_);
  EXPECT_FALSE(server_.is_valid(token_));
  EXPECT_EQ(next.replaced.size(), 1U) << "the inactive one was replaced before";
}

TEST_F(AfterTheOverlap, TokensEndWithTheirApiUser) {
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), bot_.user.id, {}));
  EXPECT_FALSE(is_valid(made_.record.slot));
}

TEST_F(StatusSlots, BelongToOneSecretEach) {
  std::set<std::int64_t> numbers;
  for (int i = 0; i < 20; ++i) numbers.insert(server_.make_secret(bot_).record.slot.number);
  EXPECT_EQ(numbers.size(), 20U);
  EXPECT_LT(*numbers.rbegin(), StatusSlot::kSlotsPerList) << "all in the first list";
}

/// Returns the same few slots repeatedly, so that allocations collide.
class NarrowSource final : public RandomSource {
 public:
  explicit NarrowSource(RandomSource& inner) : inner_(inner) {}
  void fill(std::span<std::uint8_t> bytes) override {
    inner_.fill(bytes);
    constexpr std::size_t kSlotIndexSize = 4;
    if (bytes.size() == kSlotIndexSize) bytes.back() %= 4;
    if (bytes.size() == kSlotIndexSize) bytes[2] = bytes[1] = bytes[0] = 0;
  }

 private:
  RandomSource& inner_;
};

TEST_F(StatusSlots, AreRetriedALimitedNumberOfTimes) {
  NarrowSource source(server_.random_source);
  const AppContext all = server_.context();
  const AppContext narrow{all.store,           all.clock,     source,           all.secret_hasher,
                          all.password_hasher, all.key_ring,  all.token_signer, all.token_verifier,
                          all.audit_signer,    all.last_used, all.log,          all.public_url};
  std::set<std::int64_t> numbers;
  Result<CreatedSecret> last = failure(ErrorCode::internal, "none yet");
  for (int i = 0; i < 5; ++i) {
    last = create_secret(narrow, server_.owner(), bot_.user.id, {});
    if (!last) break;
    numbers.insert(last->record.slot.number);
  }
  EXPECT_LE(numbers.size(), 4U);
  EXPECT_EQ(testing::code_of(last), ErrorCode::internal) << "all four were used up";
}

// With real randomness. Each bound is exceeded with a probability below 10^-20.
TEST_F(StatusSlots, RevealNeitherTheirNumberNorTheNextOne) {
  const auto source = crypto::make_random_source();
  const AppContext all = server_.context();
  const AppContext context{all.store,           all.clock,     *source,          all.secret_hasher,
                           all.password_hasher, all.key_ring,  all.token_signer, all.token_verifier,
                           all.audit_signer,    all.last_used, all.log,          all.public_url};
  constexpr int kSecrets = 200;
  std::vector<std::int64_t> indexes;
  indexes.reserve(kSecrets);
  for (int i = 0; i < kSecrets; ++i) {
    indexes.push_back(
        expect_done(create_secret(context, server_.owner(), bot_.user.id, {})).record.slot.index());
  }
  int ascents = 0;
  int near = 0;
  for (std::size_t i = 1; i < indexes.size(); ++i) {
    ascents += indexes[i] > indexes[i - 1] ? 1 : 0;
    near += std::abs(indexes[i] - indexes[i - 1]) < StatusSlot::kSlotsPerList / 1024 ? 1 : 0;
  }
  EXPECT_GT(ascents, kSecrets / 4);
  EXPECT_LT(ascents, kSecrets * 3 / 4);
  EXPECT_LT(near, kSecrets / 10);
  const auto [least, most] = std::minmax_element(indexes.begin(), indexes.end());
  EXPECT_LT(*least, StatusSlot::kSlotsPerList / 4);
  EXPECT_GT(*most, StatusSlot::kSlotsPerList * 3 / 4);
}

}  // namespace
}  // namespace ptkl::app
