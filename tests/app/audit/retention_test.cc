#include "app/audit/retention.h"

#include <gtest/gtest.h>

#include "app/audit/checkpoint_fixture.h"
#include "support/store_decorators.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::code_of;

class AuditRetention : public AuditCheckpointFixture {
 protected:
  /// All parts. Returns how many events were erased.
  Result<std::int64_t> prune() {
    std::int64_t total = 0;
    while (true) {
      const auto pruned = prune_audit_log(context_, signer_, acme(), 1h);
      if (!pruned) return failed(pruned);
      total += pruned->count;
      if (pruned->left == WorkLeft::none) return total;
    }
  }
};

TEST_F(AuditRetention, KeepsRecentEvents) {
  add_events(3);
  server_.clock.advance(1h);
  EXPECT_EQ(prune().value(), 0);
}

TEST_F(AuditRetention, KeepsTheLastEventWhateverItsAge) {
  server_.clock.advance(100h);
  EXPECT_EQ(prune().value(), 0);
  EXPECT_EQ(server_.audit_events().size(), 1U);
}

TEST_F(AuditRetention, LeavesAnIntactLogThatStatesWhatWasErased) {
  add_events(5);
  ASSERT_TRUE(signer_.sign(acme()));
  const std::string hash = server_.audit_events()[5 - 1].hash;
  server_.clock.advance(2h);
  EXPECT_EQ(prune().value(), 5);
  const auto events = server_.audit_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events.front().number, 6);
  EXPECT_EQ(events.back().action, audit_actions::kAuditPruned);
  EXPECT_EQ(events.back().before, R"({"first":1})");
  EXPECT_EQ(events.back().after, R"({"last_erased":5,"last_erased_hash":")" + hash + R"("})");
  EXPECT_EQ(checkpoints().back().payload.first, 6);
  EXPECT_EQ(checkpoints().back().payload.first_previous_hash, hash);
  EXPECT_FALSE(check().fault);
}

TEST_F(AuditRetention, ErasesManyEventsInSeveralTransactions) {
  add_events(2500);
  server_.clock.advance(2h);
  EXPECT_EQ(prune().value(), 1 + 2500);
  const auto events = server_.audit_events();
  EXPECT_EQ(events.size(), 6U) << "one for each transaction";
  EXPECT_FALSE(check().fault);
  EXPECT_TRUE(signer_.sign(acme()));
}

TEST_F(AuditRetention, ErasesManyEventsInPartsBetweenWhichOtherChangesRun) {
  add_events(2500);
  server_.clock.advance(2h);
  const auto pruned = testing::expect_done(prune_audit_log(context_, signer_, acme(), 1h));
  EXPECT_EQ(pruned.count, kMaxPruningTransactions * kMaxPrunedEvents);
  EXPECT_EQ(pruned.left, WorkLeft::some);
}

TEST_F(AuditRetention, WritesNothingWithoutOldEvents) {
  add_events(3);
  testing::ReadOnlyStore store(context_.store);
  AppContext context = server_.ports_over(store);
  AuditCheckpoints signer(context);
  EXPECT_EQ(prune_audit_log(context, signer, acme(), 1h).value().count, 0);
}

TEST_F(AuditRetention, LeavesALogToAnotherServerThatPrunesIt) {
  add_events(2500);
  server_.clock.advance(2h);
  AuditCheckpoints other(context_);
  testing::CountingStore counting(context_.store);
  testing::OvertakenStore store(counting, [&] {
    EXPECT_EQ(prune_audit_log(context_, other, acme(), 1h).value().left, WorkLeft::some);
  });
  AppContext context = server_.ports_over(store);
  AuditCheckpoints overtaken(context);
  const auto pruned = testing::expect_done(prune_audit_log(context, overtaken, acme(), 1h));
  EXPECT_EQ(pruned.count, 0);
  EXPECT_EQ(pruned.left, WorkLeft::none);
  EXPECT_EQ(counting.transactions(), 1);
}

TEST_F(AuditRetention, RemembersNoCheckpointThatWasRolledBack) {
  add_events(5);
  server_.clock.advance(2h);
  add_events(1);
  AuditCheckpoints other(context_);
  testing::CollidingStore store(context_.store, [&] {
    EXPECT_EQ(prune_audit_log(context_, other, acme(), 1h).value().count, 6);
  });
  AppContext context = server_.ports_over(store);
  AuditCheckpoints overtaken(context);
  EXPECT_EQ(prune_audit_log(context, overtaken, acme(), 1h).value().count, 0);
  add_events(1);
  EXPECT_TRUE(overtaken.sign(acme()));
}

TEST_F(AuditRetention, KeepsALogThatDoesNotContinueItsCheckpoint) {
  add_events(5);
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(3);
  server_.clock.advance(2h);
  add_events(1);
  erase_through(6);
  EXPECT_EQ(code_of(prune()), std::nullopt) << "nothing is old enough";
  add_events(1);
  server_.clock.advance(2h);
  EXPECT_EQ(code_of(prune()), ErrorCode::conflict);
}

TEST_F(AuditRetention, KeepsEventsWhenOneWasModified) {
  add_events(8);
  ASSERT_TRUE(signer_.sign(acme()));
  change_event(5, [](AuditEvent& event) { event.actor.name = "mallory"; });
  server_.clock.advance(2h);
  EXPECT_EQ(code_of(prune()), ErrorCode::conflict);
  EXPECT_EQ(server_.audit_events().size(), 9U);
}

TEST_F(AuditRetention, KeepsEventsWhenTheTimeOfOneWasModified) {
  add_events(8);
  ASSERT_TRUE(signer_.sign(acme()));
  change_event(5, [](AuditEvent& event) { event.actor.name = "mallory"; });
  change_event(8, [](AuditEvent& event) { event.at = Timestamp(std::chrono::seconds(1)); });
  EXPECT_EQ(prune().value(), 0);
  change_event(1, [](AuditEvent& event) { event.at = Timestamp(std::chrono::seconds(1)); });
  EXPECT_EQ(code_of(prune()), ErrorCode::conflict);
  EXPECT_EQ(server_.audit_events().size(), 9U);
}

TEST_F(AuditRetention, KeepsEventsThatDoNotMatchTheirCheckpoint) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  add_events(2);
  server_.clock.advance(2h);
  add_events(2);
  ASSERT_TRUE(signer_.sign(acme()));
  for (std::int64_t n = 4; n <= 7; ++n) {
    const std::string previous = server_.audit_events().at(static_cast<std::size_t>(n - 2)).hash;
    change_event(n, [&](AuditEvent& event) {
      event.actor.name = "mallory";
      event.previous_hash = previous;
      event.hash = server_.audit_signer->hash(to_hashed_json(event));
    });
  }
  EXPECT_EQ(code_of(prune()), ErrorCode::conflict);
  EXPECT_EQ(server_.audit_events().size(), 8U);
}

}  // namespace
}  // namespace ptkl::app
