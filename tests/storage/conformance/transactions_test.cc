// The part of the conformance suite about transactions: atomic, isolated and durable.
#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

constexpr int kWriterThreads = 8;
constexpr int kRounds = 40;

Result<void> add_setting(Transaction& transaction, const std::string& name) {
  return transaction.settings().insert(name, "x");
}

Result<bool> has_setting(Transaction& transaction, const std::string& name) {
  auto found = transaction.settings().find(name);
  if (!found) return failure(std::move(found.error()));
  return found->has_value();
}

/// Runs `work(thread, round)` on many threads at once, kRounds times on each.
void on_many_threads(const std::function<void(int, int)>& work) {
  std::vector<std::thread> threads;
  threads.reserve(kWriterThreads);
  for (int thread = 0; thread < kWriterThreads; ++thread) {
    threads.emplace_back([&work, thread] {
      for (int round = 0; round < kRounds; ++round) work(thread, round);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

std::string name_of(int thread, int round) {
  return std::to_string(thread) + "-" + std::to_string(round);
}

TEST_P(StoreConformance, ABodyThatFailsIsRolledBackAndKeepsItsError) {
  EXPECT_EQ(refusal([](Transaction& transaction) -> Result<void> {
              auto added = add_setting(transaction, "half");
              if (!added) return added;
              return failure(ErrorCode::precondition_failed, "changed my mind");
            }),
            ErrorCode::precondition_failed);
  EXPECT_FALSE(find<bool>([](Transaction& t) { return has_setting(t, "half"); }));
}

TEST_P(StoreConformance, ABodyThatThrowsIsRolledBackAndIsAnInternalError) {
  EXPECT_EQ(refusal([](Transaction& transaction) -> Result<void> {
              auto added = add_setting(transaction, "half");
              if (!added) return added;
              throw std::runtime_error("thrown");
            }),
            ErrorCode::internal);
  EXPECT_EQ(refusal([](Transaction&) -> Result<void> { throw 1; }), ErrorCode::internal);
  EXPECT_FALSE(find<bool>([](Transaction& t) { return has_setting(t, "half"); }));
  write([](Transaction& transaction) { return add_setting(transaction, "after"); });
}

TEST_P(StoreConformance, ABodyCannotSucceedAfterAStatementFailed) {
  add_bot();
  EXPECT_EQ(
      refusal([this](Transaction& transaction) -> Result<void> {
        static_cast<void>(add_setting(transaction, "before"));
        // The slot was never allocated, so a foreign key rejects it.
        static_cast<void>(transaction.client_credentials().insert(acme_.id, make_secret(1, kBot)));
        return {};
      }),
      ErrorCode::internal);
  EXPECT_FALSE(find<bool>([](Transaction& t) { return has_setting(t, "before"); }));
}

TEST_P(StoreConformance, ABodySeesItsOwnWrites) {
  write([](Transaction& transaction) -> Result<void> {
    auto added = add_setting(transaction, "mine");
    if (!added) return added;
    auto found = has_setting(transaction, "mine");
    EXPECT_TRUE(found && *found);
    return {};
  });
}

TEST_P(StoreConformance, ANestedTransactionFailsInsteadOfWaitingForItself) {
  std::optional<ErrorCode> inner;
  write([&](Transaction&) -> Result<void> {
    inner = refusal([](Transaction& transaction) { return add_setting(transaction, "inner"); });
    return {};
  });
  EXPECT_EQ(inner, ErrorCode::internal);
}

TEST_P(StoreConformance, AReadThatThrowsOrFailsReturnsAnErrorAndTheNextOneSucceeds) {
  auto thrown = store_->read([](Transaction&) -> Result<void> { throw std::runtime_error("no"); });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::internal);
  auto refused = store_->read(
      [](Transaction&) -> Result<void> { return failure(ErrorCode::not_found, "nothing"); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_FALSE(find<bool>([](Transaction& t) { return has_setting(t, "half"); }));
}

TEST_P(StoreConformance, AReadCannotWrite) {
  auto written =
      store_->read([](Transaction& transaction) { return add_setting(transaction, "sneaky"); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::internal);
  EXPECT_FALSE(find<bool>([](Transaction& t) { return has_setting(t, "sneaky"); }));
}

TEST_P(StoreConformance, AReadKeepsItsSnapshotWhileOthersWrite) {
  auto done = store_->read([this](Transaction& transaction) -> Result<void> {
    auto before = has_setting(transaction, "new");
    write([](Transaction& other) { return add_setting(other, "new"); });
    auto after = has_setting(transaction, "new");
    EXPECT_TRUE(before && !*before);
    EXPECT_TRUE(after && !*after);
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_TRUE(find<bool>([](Transaction& t) { return has_setting(t, "new"); }));
}

TEST_P(StoreConformance, ACommittedChangeIsSeenByTheNextRead) {
  std::atomic<int> missed = 0;
  on_many_threads([&](int thread, int round) {
    const std::string name = name_of(thread, round);
    write([&](Transaction& transaction) { return add_setting(transaction, name); });
    if (!find<bool>([&](Transaction& t) { return has_setting(t, name); })) ++missed;
  });
  EXPECT_EQ(missed, 0);
}

TEST_P(StoreConformance, ConcurrentUpdatesOfARowLoseNoUpdate) {
  add_bot();
  on_many_threads([&](int, int) {
    write([&](Transaction& transaction) -> Result<void> {
      auto found = transaction.api_users().find(acme_.id, kBot);
      if (!found) return failure(std::move(found.error()));
      ApiUser user = (*found)->user;
      ++user.version;
      return transaction.api_users().update(acme_.id, user);
    });
  });
  EXPECT_EQ(find_bot().user.version, 1 + kWriterThreads * kRounds);
}

// Readers of status lists depend on this: no invalidation appears later below a number that was read.
TEST_P(StoreConformance, InvalidationsAreNumberedInCommitOrder) {
  std::atomic<int> late = 0;
  on_many_threads([&](int thread, int round) {
    const std::int64_t slot = thread * kRounds + round;
    allocate_slots(acme_, {slot});
    const std::int64_t seen = latest_invalidation(acme_);
    if (std::ssize(invalidated_slots(acme_, 0, 0)) < seen) ++late;
    invalidate_slots(acme_, {slot});
    const auto after = invalidated_slots(acme_, 0, seen);
    if (std::find(after.begin(), after.end(), slot) == after.end()) ++late;
  });
  EXPECT_EQ(late, 0);
  EXPECT_EQ(latest_invalidation(acme_), kWriterThreads * kRounds);
  EXPECT_EQ(invalidated_slots(acme_, 0, 0).size(), std::size_t{kWriterThreads} * kRounds);
}

TEST_P(StoreConformance, BodiesThatFailDoNotAffectConcurrentOnes) {
  std::atomic<int> wrong = 0;
  on_many_threads([&](int thread, int round) {
    const std::string name = name_of(thread, round);
    const auto body = [&](Transaction& transaction) -> Result<void> {
      auto added = add_setting(transaction, name);
      if (!added || thread % 2 == 0) return added;
      if (thread % 4 == 1) throw std::runtime_error("thrown");
      return failure(ErrorCode::precondition_failed, "no");
    };
    const bool stored = store_->transact(body).has_value();
    if (stored != (thread % 2 == 0)) ++wrong;
  });
  EXPECT_EQ(wrong, 0);
  for (int thread = 0; thread < kWriterThreads; ++thread) {
    for (int round = 0; round < kRounds; ++round) {
      EXPECT_EQ(find<bool>([&](Transaction& t) { return has_setting(t, name_of(thread, round)); }),
                thread % 2 == 0);
    }
  }
}

TEST_P(StoreConformance, LocksNoUnknownProject) {
  EXPECT_EQ(refusal([](Transaction& t) { return t.projects().lock_project(uuid(99)); }),
            ErrorCode::not_found);
}

TEST_P(StoreConformance, ConcurrentAppendsGetDistinctNumbers) {
  on_many_threads([&](int, int) {
    write([&](Transaction& transaction) -> Result<void> {
      if (auto turn = transaction.projects().lock_project(acme_.id); !turn) return turn;
      const auto end = transaction.audit().find_end(acme_.id);
      if (!end) return failure(end.error());
      return transaction.audit().append(acme_.id, make_audit_event(end->number + 1));
    });
  });
  const auto end =
      find<AuditChainEnd>([&](Transaction& t) { return t.audit().find_end(acme_.id); });
  EXPECT_EQ(end.number, kWriterThreads * kRounds);
}

TEST_P(StoreConformance, OneOfManyConcurrentInsertsOfANameSucceeds) {
  std::array<std::atomic<int>, kRounds> winners{};
  on_many_threads([&](int, int round) {
    const auto body = [&](Transaction& t) { return add_setting(t, name_of(0, round)); };
    auto done = store_->transact(body);
    if (done) ++winners[static_cast<std::size_t>(round)];
  });
  for (const auto& count : winners) EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace ptkl::storage
