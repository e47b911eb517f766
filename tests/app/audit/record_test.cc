#include "app/audit/record.h"

#include <gtest/gtest.h>

#include "crypto/audit_checkpoint.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;

class AuditLog : public AppFixture {
 protected:
  /// Records each entry in one transaction.
  Result<void> record_all(const std::vector<AuditEntry>& entries, const Initiator& by = {}) {
    const AppContext context = server_.context();
    return context.store.transact([&](Transaction& transaction) -> Result<void> {
      ProjectTransaction change{context, transaction, server_.acme->project.id, context.clock.now(),
                                by};
      for (const AuditEntry& entry : entries) {
        if (auto done = record(change, entry); !done) return done;
      }
      return {};
    });
  }

  std::vector<AuditEvent> events() { return server_.audit_events(); }
};

TEST_F(AuditLog, IsAChainOfHashes) {
  ASSERT_TRUE(record_all({{.action = "one"}, {.action = "two"}}));
  ASSERT_TRUE(record_all({{.action = "three"}}));
  std::string previous;
  std::int64_t number = 0;
  for (const AuditEvent& event : events()) {
    EXPECT_EQ(event.number, ++number);
    EXPECT_EQ(event.previous_hash, previous);
    EXPECT_EQ(event.hash, crypto::audit_hash(to_hashed_json(event)));
    previous = event.hash;
  }
  EXPECT_GE(number, 3);
}

TEST_F(AuditLog, BelongsToOneProject) {
  const auto other = server_.make_project("other");
  const std::size_t before = events().size();
  ASSERT_TRUE(record_all({{.action = "here"}}));
  EXPECT_EQ(events().size(), before + 1);
}

TEST_F(AuditLog, RecordsActorOriginAndDetails) {
  const Actor owner = server_.owner();
  Initiator by = owner.initiator();
  by.origin = {"192.0.2.9", "request-9"};
  ASSERT_TRUE(record_all({{.action = "x",
                           .target = {"role", "r", "deployer"},
                           .before = {{"level", std::int64_t{1}}},
                           .after = {{"level", std::int64_t{2}}},
                           .outcome = AuditOutcome::failure,
                           .reason = "why",
                           .count = 5}},
                         by));
  const AuditEvent event = events().back();
  EXPECT_EQ(event.actor.kind, AuditActorKind::api_user);
  EXPECT_EQ(event.actor.id, owner.principal.id.text());
  EXPECT_EQ(event.actor.name, "owner");
  EXPECT_EQ(event.actor.credential, owner.credential);
  EXPECT_FALSE(event.actor.credential.empty());
  EXPECT_EQ(event.source_address, "192.0.2.9");
  EXPECT_EQ(event.request_id, "request-9");
  EXPECT_EQ(event.target.name, "deployer");
  EXPECT_EQ(event.before, R"({"level":1})");
  EXPECT_EQ(event.after, R"({"level":2})");
  EXPECT_EQ(event.reason, "why");
  EXPECT_EQ(event.count, 5);
  EXPECT_EQ(event.at, server_.clock.now());
}

TEST_F(AuditLog, HasTimesThatNeverDecrease) {
  ASSERT_TRUE(record_all({{.action = "x"}}));
  const Timestamp at = events().back().at;
  server_.clock.advance(-std::chrono::hours(1));
  ASSERT_TRUE(record_all({{.action = "y"}}));
  EXPECT_EQ(events().back().at, at);
}

TEST_F(AuditLog, IsRolledBackWithItsTransaction) {
  const AppContext context = server_.context();
  const std::size_t before = events().size();
  const auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    ProjectTransaction change{context, transaction, server_.acme->project.id, context.clock.now(),
                              Initiator::server()};
    if (auto recorded = record(change, {.action = "x"}); !recorded) return recorded;
    return failure(ErrorCode::conflict, "no");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(events().size(), before);
}

}  // namespace
}  // namespace ptkl::app
