#include "app/api_users/overlap_expiry.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;
using testing::LogLine;
using testing::TestApp;

class Overlaps : public AppFixture {
 protected:
  Overlaps()
      : bot_(server_.make_api_user("bot")),
        old_(server_.make_secret(bot_)),
        old_token_(server_.token_of("bot", old_.secret.text())) {}

  CreatedSecret replace(std::chrono::seconds overlap,
                        std::optional<std::chrono::seconds> until_idle = {}) {
    return server_.make_secret(
        bot_, {.overlap = overlap, .expires_in = {}, .label = "", .until_idle = until_idle});
  }
  /// Ends overlaps as a server does that has run continuously.
  std::size_t end_overlaps() { return end_overlaps_over(*server_.store); }
  std::size_t end_overlaps_over(Store& store) {
    std::size_t count = 0;
    while (true) {
      const EndedOverlaps ended =
          expect_done(app::end_overlaps(server_.ports_over(store), Timestamp{}));
      EXPECT_TRUE(ended.failures.empty());
      count += ended.count;
      if (ended.left == WorkLeft::none) return count;
    }
  }
  /// Creates `count` API users with an overlap that ends now.
  void make_due(int count) {
    for (int i = 0; i < count; ++i) {
      const ApiUserDetails bot = server_.make_api_user("bot-" + std::to_string(i));
      server_.make_secret(bot);
      server_.make_secret(bot, {.overlap = 10min, .expires_in = {}, .label = ""});
    }
    server_.clock.advance(10min);
  }
  ClientCredential stored(const CreatedSecret& made) {
    for (const ClientCredential& secret : server_.read(bot_.user.id).secrets) {
      if (secret.id == made.record.id) return secret;
    }
    throw std::runtime_error("no such secret");
  }
  CredentialStatus status(const CreatedSecret& made) {
    return stored(made).status(server_.clock.now());
  }
  bool works(const CreatedSecret& made) {
    return issue_token(server_.context(), server_.token_request("bot", made.secret.text()))
        .has_value();
  }

  ApiUserDetails bot_;
  CreatedSecret old_;
  SecretString old_token_;
};

TEST_F(Overlaps, LastForTheirLength) {
  const CreatedSecret made = replace(10min);
  server_.clock.advance(10min - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  EXPECT_TRUE(works(old_));
  EXPECT_TRUE(server_.is_valid(old_token_));
  EXPECT_TRUE(works(made));
}

TEST_F(Overlaps, EndTheTokensFromBeforeTheRotation) {
  const CreatedSecret made = replace(10min);
  server_.clock.advance(10min);
  EXPECT_FALSE(works(old_));
  EXPECT_TRUE(server_.is_valid(old_token_)) << "until the overlap is ended";
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_FALSE(server_.is_valid(old_token_));
  EXPECT_EQ(stored(old_).works_until, made.replaced.front().works_until);
  EXPECT_TRUE(works(made));
}

TEST_F(Overlaps, EndOnce) {
  replace(10min);
  server_.clock.advance(10min);
  EXPECT_EQ(end_overlaps(), 1U);
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_EQ(end_overlaps_over(store), 0U);
  EXPECT_EQ(stored(old_).due_at, std::nullopt);
}

TEST_F(Overlaps, CostOneReadWhileNothingIsDue) {
  replace(10min, 5min);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(end_overlaps_over(store), 0U);
  EXPECT_EQ(store.transactions(), 0);
  EXPECT_EQ(store.snapshots(), 1);
  EXPECT_EQ(store.accesses(), 1);
}

TEST_F(Overlaps, OfManySecretsEndInSmallTransactions) {
  make_due(130);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(end_overlaps_over(store), 130U);
  EXPECT_EQ(store.transactions(), 3) << "50 secrets at a time";
}

TEST_F(Overlaps, OfManySecretsEndInPartsBetweenWhichOtherChangesRun) {
  make_due(230);
  const auto end_part = [&] {
    return expect_done(app::end_overlaps(server_.context(), Timestamp{}));
  };
  const EndedOverlaps first = end_part();
  EXPECT_EQ(first.count, std::size_t{kMaxEndedOverlaps});
  EXPECT_EQ(first.left, WorkLeft::some);
  const EndedOverlaps second = end_part();
  EXPECT_EQ(second.count, 230U - kMaxEndedOverlaps);
  EXPECT_EQ(second.left, WorkLeft::none);
}

TEST_F(Overlaps, OfTwoProjectsEndInTransactionsOfTheirOwn) {
  const CreatedProject globex = server_.make_project("globex");
  const Uuid& project = globex.project.id;
  expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
    const auto owner = transaction.api_users().find(project, globex.owner.id);
    if (!owner) return failed(owner);
    ClientCredential secret = (*owner)->secrets.front();
    secret.works_until = server_.clock.now() + 10min;
    secret.due_at = secret.works_until;
    return transaction.client_credentials().update(project, secret);
  }));
  make_due(2);
  testing::CountingStore store(*server_.store);
  EXPECT_EQ(end_overlaps_over(store), 3U);
  EXPECT_EQ(store.transactions(), 2) << "so that none waits for the locks of two projects";
}

TEST_F(Overlaps, ThatAnotherServerEndsMeanwhileAreLeftAlone) {
  replace(10min);
  server_.clock.advance(10min);
  testing::OvertakenStore store(*server_.store, [this] { EXPECT_EQ(end_overlaps(), 1U); });
  EXPECT_EQ(end_overlaps_over(store), 0U);
}

TEST_F(Overlaps, ThatAnotherServerEndsAreLeftToIt) {
  make_due(120);
  testing::CountingStore counting(*server_.store);
  testing::OvertakenStore store(counting, [this] { EXPECT_EQ(end_overlaps(), 120U); });
  const EndedOverlaps overtaken =
      expect_done(app::end_overlaps(server_.ports_over(store), Timestamp{}));
  EXPECT_EQ(overtaken.count, 0U);
  EXPECT_EQ(overtaken.left, WorkLeft::none);
  EXPECT_EQ(counting.transactions(), 1);
}

/// Finds no API user, as if each was deleted and its credentials left behind.
class NoApiUsers final : public ApiUserRepository {
 public:
  Result<void> insert(const Uuid&, const ApiUser&) override { return {}; }
  Result<std::optional<ApiUserDetails>> find(const Uuid&, const Uuid&) override {
    return std::optional<ApiUserDetails>();
  }
  Result<std::optional<Uuid>> find_id(const Uuid&, const Username&) override {
    return std::optional<Uuid>();
  }
  Result<Page<ApiUserDetails>> list(const Uuid&, const PageRequest&) override {
    return Page<ApiUserDetails>();
  }
  Result<void> update(const Uuid&, const ApiUser&) override { return {}; }
  Result<void> replace_roles(const Uuid&, const Uuid&, std::span<const Uuid>) override {
    return {};
  }
  Result<void> erase(const Uuid&, const Uuid&, Timestamp) override { return {}; }
};

class StoreWithoutApiUsers final : public Store {
 public:
  explicit StoreWithoutApiUsers(Store& inner) : inner_(inner) {}
  Result<void> transact(const Body& body) override {
    return inner_.transact([&](Transaction& transaction) {
      class Orphaned final : public testing::ForwardingTransaction {
       public:
        using ForwardingTransaction::ForwardingTransaction;
        ApiUserRepository& api_users() override { return none_; }

       private:
        NoApiUsers none_;
      } orphaned(transaction);
      return body(orphaned);
    });
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
};

TEST_F(Overlaps, OfASecretWithoutAnApiUserAreReportedAndNotRetriedForever) {
  replace(10min);
  server_.clock.advance(10min);
  StoreWithoutApiUsers store(*server_.store);
  const EndedOverlaps ended =
      expect_done(app::end_overlaps(server_.ports_over(store), Timestamp{}));
  EXPECT_EQ(ended.count, 0U);
  ASSERT_EQ(ended.failures.size(), 1U);
  EXPECT_EQ(ended.failures.front().code, ErrorCode::internal);
}

TEST_F(Overlaps, AreNotEndedDuringADatabaseOutage) {
  replace(10min);
  server_.clock.advance(10min);
  testing::FailingStore gone(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(app::end_overlaps(server_.ports_over(gone), Timestamp{})),
            ErrorCode::unavailable);
  EXPECT_EQ(end_overlaps(), 1U) << "the next time";
}

TEST_F(Overlaps, ThatWereRevokedAreNotDue) {
  replace(10min, 5min);
  ASSERT_TRUE(revoke_secret(server_.context(), server_.owner(), bot_.user.id, old_.record.id));
  server_.clock.advance(10min);
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_EQ(end_overlaps_over(store), 0U);
  EXPECT_EQ(status(old_), CredentialStatus::revoked);
}

TEST_F(Overlaps, EndTheFreshSlotOfASecretWhoseTokensHadEndedBefore) {
  const Role role = server_.make_role("reader", "a");
  replace(10min);
  const UpdateApiUser give{.description = {}, .status = {}, .roles = {{role.id}}};
  const UpdateApiUser take{.description = {}, .status = {}, .roles = std::vector<Uuid>{}};
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot_.user.id, give, {}));
  ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot_.user.id, take, {}));
  const SecretString token = server_.token_of("bot", old_.secret.text());
  EXPECT_TRUE(server_.is_valid(token));
  server_.clock.advance(10min);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_FALSE(server_.is_valid(token));
}

/// Makes the secret due without an overlap, which this program never does.
void break_overlap(TestApp& server, ClientCredential secret) {
  secret.works_until = std::nullopt;
  expect_done(server.store->transact([&](Transaction& transaction) {
    return transaction.client_credentials().update(server.acme->project.id, secret);
  }));
}

TEST_F(Overlaps, ThatCannotBeEndedDelayNoOther) {
  replace(10min);
  break_overlap(server_, stored(old_));
  const ApiUserDetails other = server_.make_api_user("other");
  server_.make_secret(other);
  server_.make_secret(other, {.overlap = 10min, .expires_in = {}, .label = ""});
  server_.clock.advance(10min);
  const EndedOverlaps ended = expect_done(app::end_overlaps(server_.context(), Timestamp{}));
  EXPECT_EQ(ended.count, 1U);
  EXPECT_EQ(ended.failures.size(), 1U);
  EXPECT_EQ(expect_done(app::end_overlaps(server_.context(), Timestamp{})).count, 0U);
}

TEST_F(Overlaps, AreLoggedAsTheyEnd) {
  replace(10min);
  server_.clock.advance(10min);
  end_overlaps();
  const LogLine line = server_.log.lines().back();
  EXPECT_EQ(line.level, LogLevel::info);
  EXPECT_EQ(line.fields.at("project"), server_.acme->project.id.text());
  EXPECT_EQ(line.fields.at("secret"), old_.record.id.text());
  EXPECT_EQ(line.fields.at("by"), "time");
}

/// A client keeps a token for its whole lifetime, here an hour.
class UntilIdle : public Overlaps {
 protected:
  std::chrono::seconds lifetime() const { return server_.acme->project.token_lifetime; }
};

TEST_F(UntilIdle, ASecretWhoseLastTokenIsValidIsInUse) {
  replace(24h, 30min);
  server_.clock.advance(30min);
  EXPECT_TRUE(works(old_)) << "a client that comes back once in a token's lifetime";
  server_.clock.advance(lifetime() - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  EXPECT_TRUE(works(old_)) << "as it does here";
  server_.clock.advance(lifetime() + 30min + kIdleGrace - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  EXPECT_EQ(status(old_), CredentialStatus::overlapping);
}

TEST_F(UntilIdle, AnUnusedSecretEndsEarly) {
  const CreatedSecret made = replace(24h, 30min);
  ASSERT_EQ(made.replaced.size(), 1U);
  EXPECT_EQ(made.replaced.front().until_idle, 30min);
  server_.clock.advance(lifetime() + 30min + kIdleGrace - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  server_.clock.advance(1ms);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_EQ(status(old_), CredentialStatus::expired);
  EXPECT_EQ(stored(old_).works_until, server_.clock.now());
  EXPECT_EQ(server_.log.lines().back().fields.at("by"), "idleness");
  EXPECT_FALSE(works(old_));
  EXPECT_TRUE(works(made));
}

TEST_F(UntilIdle, ASecretThatNeverIssuedATokenIsIdleFromItsReplacementOn) {
  const CreatedSecret second = replace(24h, 30min);
  replace(24h, 30min);
  server_.clock.advance(30min + kIdleGrace - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  server_.clock.advance(1ms);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_EQ(status(second), CredentialStatus::expired);
  EXPECT_EQ(status(old_), CredentialStatus::overlapping);
}

TEST_F(UntilIdle, AUseThatAnotherServerHasWrittenCounts) {
  replace(24h, 30min);
  server_.clock.advance(20min);
  EXPECT_TRUE(works(old_));
  ASSERT_TRUE(server_.last_used.flush(*server_.store));
  server_.clock.advance(lifetime() + 30min + kIdleGrace - 1ms);
  EXPECT_EQ(end_overlaps(), 0U);
  server_.clock.advance(1ms);
  EXPECT_EQ(end_overlaps(), 1U);
}

TEST_F(UntilIdle, ASecretInUseIsNotCheckedAgainImmediately) {
  replace(24h, 30min);
  server_.clock.advance(30min + kIdleGrace);
  EXPECT_TRUE(works(old_));
  EXPECT_EQ(end_overlaps(), 0U) << "it was due, and is in use";
  testing::ReadOnlyStore store(*server_.store);
  server_.clock.advance(lifetime());
  EXPECT_EQ(end_overlaps_over(store), 0U) << "not due again";
}

TEST_F(UntilIdle, ASecretInUseEndsWithItsOverlap) {
  replace(2min, 1min);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(works(old_));
    server_.clock.advance(30s);
    EXPECT_EQ(end_overlaps(), i < 3 ? 0U : 1U);
  }
  EXPECT_FALSE(works(old_));
}

TEST_F(UntilIdle, TheRuleIsTheReplacedSecretsOwn) {
  const CreatedSecret second = replace(24h, 30min);
  server_.clock.advance(1min);
  const CreatedSecret third = replace(24h);
  server_.clock.advance(lifetime() + 30min + kIdleGrace);
  EXPECT_EQ(end_overlaps(), 1U);
  EXPECT_EQ(status(old_), CredentialStatus::expired);
  EXPECT_EQ(status(second), CredentialStatus::overlapping);
  EXPECT_EQ(status(third), CredentialStatus::current);
}

TEST_F(UntilIdle, TimeWithoutARunningServerDoesNotCount) {
  replace(24h, 30min);
  server_.clock.advance(5h);
  const Timestamp started = server_.clock.now();
  const auto end = [&] { return expect_done(app::end_overlaps(server_.context(), started)).count; };
  EXPECT_EQ(end(), 0U);
  server_.clock.advance(30min + kIdleGrace - 1ms);
  EXPECT_EQ(end(), 0U);
  server_.clock.advance(1ms);
  EXPECT_EQ(end(), 1U);
}

class OverlapWatchTest : public UntilIdle {
 protected:
  OverlapWatchTest() { replace(24h, 1min); }
  void look() { expiry_.run(server_.context()); }
  /// Calls look() continuously, as a running server does.
  void run_for(std::chrono::seconds time) {
    for (std::chrono::seconds passed{0}; passed < time; passed += 10s) {
      server_.clock.advance(10s);
      look();
    }
  }
  OverlapExpiry expiry_;
};

TEST_F(OverlapWatchTest, FindsNoSecretIdleAtItsFirstLook) {
  server_.clock.advance(5h);
  look();
  EXPECT_EQ(status(old_), CredentialStatus::overlapping);
  run_for(1min);
  EXPECT_EQ(status(old_), CredentialStatus::overlapping) << "with the time that other nodes have";
  run_for(kIdleGrace);
  EXPECT_EQ(status(old_), CredentialStatus::expired);
}

TEST_F(OverlapWatchTest, BeginsAgainAfterAGap) {
  look();
  server_.clock.advance(5h);
  look();
  EXPECT_EQ(status(old_), CredentialStatus::overlapping);
  run_for(30s);
  server_.clock.advance(OverlapExpiry::kMaxGap + 1s);
  look();
  run_for(1min);
  EXPECT_EQ(status(old_), CredentialStatus::overlapping);
  run_for(kIdleGrace);
  EXPECT_EQ(status(old_), CredentialStatus::expired);
}

TEST_F(OverlapWatchTest, CountsNoTimeOfADatabaseOutage) {
  testing::FailingStore gone(*server_.store, ErrorCode::unavailable);
  server_.clock.advance(5h);
  look();
  for (int i = 0; i < 12; ++i) {
    server_.clock.advance(10s);
    expiry_.run(server_.ports_over(gone));
  }
  look();
  EXPECT_EQ(status(old_), CredentialStatus::overlapping);
}

TEST_F(OverlapWatchTest, EndsOverlapsByTimeAtItsFirstLook) {
  server_.clock.advance(24h);
  look();
  EXPECT_FALSE(server_.is_valid(old_token_));
  EXPECT_EQ(stored(old_).due_at, std::nullopt);
}

TEST_F(OverlapWatchTest, WarnsOnceAMinuteOfRepeatedFailures) {
  break_overlap(server_, stored(old_));
  server_.clock.advance(24h);
  const auto warnings = [this] {
    const auto lines = server_.log.lines();
    return std::count_if(lines.begin(), lines.end(),
                         [](const LogLine& line) { return line.level == LogLevel::warning; });
  };
  const auto before = warnings();
  look();
  run_for(50s);
  EXPECT_EQ(warnings(), before + 1);
  run_for(10s);
  EXPECT_EQ(warnings(), before + 2);
}

}  // namespace
}  // namespace ptkl::app
