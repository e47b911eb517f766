#include "app/audit/usage_counts.h"

#include <gtest/gtest.h>

#include "app/audit/record.h"
#include "app/oauth/tokens.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;

/// Can be read. Every change fails with `code`; one whose outcome is unknown is applied nevertheless.
class HangingStore final : public Store {
 public:
  HangingStore(Store& inner, ErrorCode code) : inner_(inner), code_(code) {}

  Result<void> transact(const Body& body) override {
    ++changes_;
    if (code_ == ErrorCode::outcome_unknown) testing::expect_done(inner_.transact(body));
    return failure(code_, "the database does not answer");
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }
  int changes() const { return changes_; }

 private:
  Store& inner_;
  ErrorCode code_;
  int changes_ = 0;
};

class UsageCountsTest : public AppFixture {
 protected:
  UsageCountsTest() { context_.auth_event_sinks = {&counts_}; }

  void refuse(std::string_view claimed, std::string_view source, std::string_view project = "acme",
              AuthFailureReason reason = AuthFailureReason::malformed) {
    counts_.refused(
        {AuthMethod::client_secret, reason, project, claimed, "AAAAAAAAAAA", source, "request-1"});
  }
  /// Flushes, and returns the events that were written.
  std::vector<AuditEvent> flush() {
    const std::size_t before = server_.audit_events().size();
    testing::expect_done(counts_.flush(context_));
    auto events = server_.audit_events();
    events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(before));
    return events;
  }
  std::int64_t total(const std::vector<AuditEvent>& events) {
    std::int64_t sum = 0;
    for (const AuditEvent& event : events) sum += event.count;
    return sum;
  }

  UsageCounts counts_ = UsageCounts(server_.clock);
  AppContext context_ = server_.context();
};

TEST_F(UsageCountsTest, WriteNoEventWithoutCounts) { EXPECT_TRUE(flush().empty()); }

TEST_F(UsageCountsTest, IgnoreUnknownProjects) {
  refuse("bot", "192.0.2.7", "unknown");
  refuse("bot", "192.0.2.7", "");
  EXPECT_TRUE(flush().empty());
}

TEST_F(UsageCountsTest, CountTheTokensIssuedToASecret) {
  const SecretString& secret = server_.acme->secret.text();
  ASSERT_TRUE(issue_token(context_, server_.token_request("owner", secret)));
  server_.clock.advance(std::chrono::seconds(5));
  ASSERT_TRUE(issue_token(context_, server_.token_request("owner", secret)));
  const auto events = flush();
  ASSERT_EQ(events.size(), 1U);
  const AuditEvent& event = events.front();
  EXPECT_EQ(event.action, audit_actions::kTokenIssued);
  EXPECT_EQ(event.outcome, AuditOutcome::success);
  EXPECT_EQ(event.count, 2);
  EXPECT_EQ(event.actor.kind, AuditActorKind::api_user);
  EXPECT_EQ(event.actor.name, "owner");
  EXPECT_EQ(event.actor.id, server_.acme->owner.id.text());
  EXPECT_EQ(event.actor.credential, server_.acme->secret.id().text());
  EXPECT_EQ(event.source_address, "192.0.2.7");
  EXPECT_EQ(event.after, R"({"first_at":"2026-01-05T08:00:00.000Z",)"
                         R"("last_at":"2026-01-05T08:00:05.000Z"})");
  EXPECT_TRUE(flush().empty());
}

TEST_F(UsageCountsTest, CountTheRevokedTokensOfASecret) {
  const SecretString& secret = server_.acme->secret.text();
  const std::size_t before = server_.audit_events().size();
  const ClaimedClient caller{"acme", "", {"192.0.2.9", "request-2"}};
  for (int i = 0; i < 3; ++i) {
    const SecretString token = server_.token_of("owner", secret);
    ASSERT_TRUE(revoke_token(context_, caller, token.reveal()));
    ASSERT_TRUE(revoke_token(context_, caller, token.reveal())) << "the same token again";
  }
  EXPECT_EQ(server_.audit_events().size(), before) << "no event per token";
  const auto events = flush();
  ASSERT_EQ(events.size(), 1U);
  const AuditEvent& event = events.front();
  EXPECT_EQ(event.action, audit_actions::kTokenRevoked);
  EXPECT_EQ(event.count, 3);
  EXPECT_EQ(event.actor.name, "owner");
  EXPECT_EQ(event.actor.credential, server_.acme->secret.id().text());
  EXPECT_EQ(event.source_address, "192.0.2.9");
}

TEST_F(UsageCountsTest, RecordWhoFailedToAuthenticateAndWhy) {
  refuse("bot", "192.0.2.7", "acme", AuthFailureReason::revoked);
  refuse("bot", "192.0.2.7", "acme", AuthFailureReason::revoked);
  const auto events = flush();
  ASSERT_EQ(events.size(), 1U);
  const AuditEvent& event = events.front();
  EXPECT_EQ(event.action, audit_actions::kTokenRefused);
  EXPECT_EQ(event.outcome, AuditOutcome::failure);
  EXPECT_EQ(event.reason, "revoked");
  EXPECT_EQ(event.count, 2);
  EXPECT_EQ(event.actor.kind, AuditActorKind::unauthenticated);
  EXPECT_EQ(event.actor.name, "bot");
  EXPECT_EQ(event.actor.credential, "AAAAAAAAAAA");
}

TEST_F(UsageCountsTest, OmitTheIdOfAnUnknownSecret) {
  refuse("bot", "192.0.2.7", "acme", AuthFailureReason::unknown_secret);
  EXPECT_EQ(flush().at(0).actor.credential, "");
}

TEST_F(UsageCountsTest, SeparateAttemptsThatDiffer) {
  refuse("a", "192.0.2.7");
  refuse("b", "192.0.2.7");
  refuse("a", "192.0.2.8");
  refuse("a", "192.0.2.8", "acme", AuthFailureReason::expired);
  counts_.refused({AuthMethod::password, AuthFailureReason::wrong_password, "acme", "a@example.com",
                   "", "192.0.2.8", ""});
  EXPECT_EQ(flush().size(), 5U);
}

TEST_F(UsageCountsTest, AreBoundedWhateverNamesAreClaimed) {
  ASSERT_TRUE(counts_.flush(context_));  // after the first flush the project is known
  for (int i = 0; i < 5000; ++i) refuse("bot-" + std::to_string(i), "192.0.2.7");
  const auto events = flush();
  EXPECT_EQ(events.size(), RefusalCounts::kMaxDistinct + 1);
  EXPECT_EQ(total(events), 5000);
}

TEST_F(UsageCountsTest, AreBoundedWhateverTheSources) {
  ASSERT_TRUE(counts_.flush(context_));
  for (int i = 0; i < 5000; ++i) refuse("bot", "2001:db8:0:" + std::to_string(i) + "::1");
  const auto events = flush();
  EXPECT_EQ(events.size(), 2 * RefusalCounts::kMaxDistinct + 1);
  EXPECT_EQ(total(events), 5000);
}

TEST_F(UsageCountsTest, AreBoundedPerHour) {
  ASSERT_TRUE(counts_.flush(context_));
  std::size_t rows = 0;
  for (int minute = 0; minute < 30; ++minute) {
    for (int i = 0; i < 100; ++i) refuse("bot-" + std::to_string(i), "192.0.2.7");
    const auto events = flush();
    EXPECT_EQ(total(events), 100);
    rows += events.size();
  }
  EXPECT_EQ(rows, RefusalCounts::kMaxHourly + 25) << "plus one for each remaining minute";
  server_.clock.advance(std::chrono::hours(1));
  ASSERT_TRUE(counts_.flush(context_));
  for (int i = 0; i < 10; ++i) refuse("bot-" + std::to_string(i), "192.0.2.7");
  EXPECT_EQ(flush().size(), 10U);
}

TEST_F(UsageCountsTest, OmitTheNamesOfThrottledAttempts) {
  for (int i = 0; i < 50; ++i) {
    refuse("bot-" + std::to_string(i), "192.0.2.7", "acme", AuthFailureReason::throttled);
  }
  const auto events = flush();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().actor.name, "");
  EXPECT_EQ(events.front().count, 50);
}

TEST_F(UsageCountsTest, CombineAddressesOfOneIpv6Network) {
  for (int i = 0; i < 50; ++i) {
    const std::string source = "2001:db8:0:7::" + std::to_string(i);
    refuse("bot", source);
    counts_.issued(
        {server_.acme->project.id, server_.acme->owner.id, server_.acme->secret.id(), source});
  }
  const auto events = flush();
  ASSERT_EQ(events.size(), 2U);
  for (const AuditEvent& event : events) EXPECT_EQ(event.source_address, "2001:db8:0:7::/64");
}

TEST_F(UsageCountsTest, AreBoundedInTheSourcesOfASecret) {
  for (int i = 0; i < 500; ++i) {
    counts_.issued({server_.acme->project.id, server_.acme->owner.id, server_.acme->secret.id(),
                    "2001:db8:0:" + std::to_string(i) + "::1"});
  }
  const auto events = flush();
  EXPECT_EQ(events.size(), TokenCounts::kMaxSources + 1);
  EXPECT_EQ(total(events), 500);
}

TEST_F(UsageCountsTest, KeepThoseOfAProjectWhateverUnknownProjectsAreNamed) {
  ASSERT_TRUE(counts_.flush(context_));
  for (int i = 0; i < 5000; ++i) refuse("bot", "192.0.2.7", "unknown-" + std::to_string(i));
  refuse("bot", "192.0.2.7");
  EXPECT_EQ(flush().size(), 1U);
}

TEST_F(UsageCountsTest, AreWrittenInBatches) {
  for (int i = 0; i < 450; ++i) {
    const auto secret =
        testing::expect_done(CredentialId::parse("AAAAAAAA" + std::to_string(100 + i)));
    counts_.issued({server_.acme->project.id, server_.acme->owner.id, secret, "192.0.2.7"});
  }
  testing::CountingStore counting(*server_.store);
  ASSERT_TRUE(counts_.flush(server_.ports_over(counting)));
  EXPECT_EQ(counting.transactions(), 5) << "100 events at a time";
}

/// A transaction locks the project, and an API user takes several queries.
TEST_F(UsageCountsTest, AreWrittenWithoutReadingApiUsersInTheTransaction) {
  class ApiUserReads final : public Store {
   public:
    explicit ApiUserReads(Store& inner) : inner_(inner) {}
    Result<void> transact(const Body& body) override {
      return inner_.transact([&](Transaction& transaction) {
        class WithoutApiUsers final : public testing::ForwardingTransaction {
         public:
          using ForwardingTransaction::ForwardingTransaction;
          ApiUserRepository& api_users() override {
            ADD_FAILURE() << "an API user was read";
            return ForwardingTransaction::api_users();
          }
        } without(transaction);
        return body(without);
      });
    }
    Result<void> read(const Body& body) override { return inner_.read(body); }

   private:
    Store& inner_;
  } store(*server_.store);
  counts_.issued(
      {server_.acme->project.id, server_.acme->owner.id, server_.acme->secret.id(), "192.0.2.7"});
  ASSERT_TRUE(counts_.flush(server_.ports_over(store)));
  EXPECT_EQ(server_.audit_events().back().actor.name, "owner");
}

TEST_F(UsageCountsTest, AreKeptWhenTheyCannotBeWritten) {
  refuse("bot", "192.0.2.7");
  testing::FailingStore failing(*server_.store, ErrorCode::unavailable);
  EXPECT_FALSE(counts_.flush(server_.ports_over(failing)));
  EXPECT_EQ(flush().size(), 1U);
}

TEST_F(UsageCountsTest, AreNotWrittenTwiceWhenTheOutcomeIsUnknown) {
  const std::size_t before = server_.audit_events().size();
  refuse("bot", "192.0.2.7");
  HangingStore hanging(*server_.store, ErrorCode::outcome_unknown);
  EXPECT_EQ(testing::code_of(counts_.flush(server_.ports_over(hanging))),
            ErrorCode::outcome_unknown);
  EXPECT_EQ(server_.audit_events().size(), before + 1);
  EXPECT_TRUE(flush().empty());
  EXPECT_NE(server_.log.text().find("audit counts may be missing counts=1"), std::string::npos);
}

// A server that stops during an outage must not wait once per project.
TEST_F(UsageCountsTest, WaitOnlyOnceForADatabaseOutageAndAreKept) {
  server_.make_project("globex");
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::outcome_unknown}) {
    refuse("bot", "192.0.2.7");
    refuse("bot", "192.0.2.7", "globex");
    HangingStore hanging(*server_.store, code);
    EXPECT_EQ(testing::code_of(counts_.flush(server_.ports_over(hanging))), code);
    EXPECT_EQ(hanging.changes(), 1);
    testing::CountingStore counting(*server_.store);
    ASSERT_TRUE(counts_.flush(server_.ports_over(counting)));
    EXPECT_EQ(counting.transactions(), code == ErrorCode::unavailable ? 2 : 1);
  }
}

// For example a broken log, which concerns only its project.
TEST_F(UsageCountsTest, AreWrittenForOtherProjectsWhenOneFails) {
  server_.make_project("globex");
  refuse("bot", "192.0.2.7");
  refuse("bot", "192.0.2.7", "globex");
  HangingStore refusing(*server_.store, ErrorCode::internal);
  EXPECT_EQ(testing::code_of(counts_.flush(server_.ports_over(refusing))), ErrorCode::internal);
  EXPECT_EQ(refusing.changes(), 2);
}

TEST_F(UsageCountsTest, AreKeptUntilTheFirstMinuteEnds) {
  const std::size_t before = server_.audit_events().size();
  refuse("bot", "192.0.2.7");
  counts_.flush_ended_minute(context_);
  EXPECT_EQ(server_.audit_events().size(), before);
}

TEST_F(UsageCountsTest, AreWrittenWhenTheMinuteEnds) {
  counts_.flush_ended_minute(context_);
  const std::size_t before = server_.audit_events().size();
  refuse("bot", "192.0.2.7");
  server_.clock.advance(std::chrono::seconds(59));
  counts_.flush_ended_minute(context_);
  EXPECT_EQ(server_.audit_events().size(), before);
  server_.clock.advance(std::chrono::seconds(1));
  counts_.flush_ended_minute(context_);
  EXPECT_EQ(server_.audit_events().size(), before + 1);
}

}  // namespace
}  // namespace ptkl::app
