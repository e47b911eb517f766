#include "app/audit/verification.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/audit/checkpoint_fixture.h"
#include "support/store_decorators.h"

namespace ptkl::app {
namespace {

class AuditVerificationTest : public AuditCheckpointFixture {
 protected:
  Result<std::vector<VerifiedAuditLog>> verify() {
    return verify_audit_logs(context_, [this](std::int64_t done) { progress_ = done; });
  }

  std::int64_t progress_ = 0;
};

/// A snapshot of the whole log would keep SQLite's write-ahead log from starting again.
TEST_F(AuditVerificationTest, ReadsEachPageInASnapshotOfItsOwn) {
  const auto count = static_cast<int>(kMaxPageSize) + 100;
  for (int i = 0; i < count; ++i) {
    add_events(1);
    ASSERT_TRUE(signer_.sign(acme()));
  }
  testing::CountingStore store(context_.store);
  const auto verified = verify_audit_logs(server_.ports_over(store), [](std::int64_t) {});
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->front().events, count + 1);
  EXPECT_EQ(store.accesses(), store.snapshots());
  EXPECT_EQ(store.transactions(), 0);
}

TEST_F(AuditVerificationTest, RejectsALogWithoutItsLastEvents) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  auto events = server_.audit_events();
  events.pop_back();
  testing::expect_done(context_.store.transact([&](Transaction& t) -> Result<void> {
    // The checkpoint of the last event is kept.
    if (auto gone = t.audit().erase_through(acme().id, events.back().number + 1); !gone)
      return gone;
    for (const AuditEvent& event : events) {
      if (auto done = t.audit().append(acme().id, event); !done) return done;
    }
    return {};
  }));
  const auto verified = verify();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::invalid_argument);
}

TEST_F(AuditVerificationTest, RejectsACheckpointThatTheServerDidNotSign) {
  add_events(1);
  auto checkpoint = signer_.sign(acme());
  ASSERT_TRUE(checkpoint);
  add_events(1);
  const AuditEvent last = server_.audit_events().back();
  checkpoint->payload.number = last.number;
  checkpoint->payload.hash = last.hash;
  testing::expect_done(context_.store.transact(
      [&](Transaction& t) { return t.audit().insert_checkpoint(acme().id, *checkpoint); }));
  EXPECT_FALSE(verify());
}

TEST_F(AuditVerificationTest, RejectsAChangedEvent) {
  add_events(2);
  AuditEvent event = server_.audit_events().back();
  event.number += 1;
  event.previous_hash = event.hash;
  testing::expect_done(
      context_.store.transact([&](Transaction& t) { return t.audit().append(acme().id, event); }));
  EXPECT_FALSE(verify());
}

TEST_F(AuditVerificationTest, ReturnsTheEndOfALongLog) {
  add_events(2500);  // three pages
  ASSERT_TRUE(signer_.sign(acme()));
  const auto end =
      read_snapshot(context_.store, [&](Transaction& t) { return t.audit().find_end(acme().id); });
  ASSERT_TRUE(end);
  const auto verified = verify();
  ASSERT_TRUE(verified) << verified.error().message;
  const auto found =
      std::find_if(verified->begin(), verified->end(),
                   [&](const VerifiedAuditLog& log) { return log.project == acme().name; });
  ASSERT_NE(found, verified->end());
  EXPECT_EQ(*found, (VerifiedAuditLog{acme().name, end->number, end->number, end->hash}));
  EXPECT_GE(progress_, 2500);
}

}  // namespace
}  // namespace ptkl::app
