// The part of the conformance suite about status slots and their invalidation.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

TEST_P(StoreConformance, ASlotCanBeAllocatedOnceInEachProject) {
  const auto allocate = [this](const Project& project) {
    bool allocated = false;
    write([&](Transaction& transaction) -> Result<void> {
      auto answer = transaction.status_slots().allocate(project.id, {5});
      if (!answer) return failure(std::move(answer.error()));
      allocated = *answer;
      return {};
    });
    return allocated;
  };
  EXPECT_TRUE(allocate(acme_));
  EXPECT_FALSE(allocate(acme_));
  EXPECT_TRUE(allocate(other_));
}

TEST_P(StoreConformance, CountsAllocatedSlotsNotAttempts) {
  const auto allocate = [this](StatusSlot slot) {
    write([&](Transaction& transaction) -> Result<void> {
      auto allocated = transaction.status_slots().allocate(acme_.id, slot);
      return allocated ? Result<void>() : failure(allocated.error());
    });
  };
  const auto count = [this](const Project& project) {
    return find<std::int64_t>(
        [&](Transaction& transaction) { return transaction.status_slots().count(project.id); });
  };
  EXPECT_EQ(count(acme_), 0);
  allocate({5});
  allocate({5});
  allocate({9'000'000'000});
  write([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {5}); });
  EXPECT_EQ(count(acme_), 2);
  EXPECT_EQ(count(other_), 0);
}

TEST_P(StoreConformance, AnInvalidSlotStaysAllocatedAndMayBeInvalidatedAgain) {
  add_bot();
  add_secret(acme_, make_secret(5, kBot));
  for (int round = 0; round < 2; ++round) {
    write([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {5}); });
  }
  write([&](Transaction& transaction) -> Result<void> {
    auto allocated = transaction.status_slots().allocate(acme_.id, {5});
    if (!allocated) return failure(std::move(allocated.error()));
    EXPECT_FALSE(*allocated);
    return {};
  });
}

TEST_P(StoreConformance, RejectsTheInvalidationOfASlotThatTheProjectHasNotAllocated) {
  add_bot();
  add_secret(acme_, make_secret(5, kBot));
  EXPECT_EQ(refusal([&](Transaction& t) { return t.status_slots().invalidate(other_.id, {5}); }),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {6}); }),
            ErrorCode::not_found);
}

using Numbers = std::vector<std::int64_t>;
constexpr std::int64_t kList = StatusSlot::kSlotsPerList;

TEST_P(StoreConformance, NumbersNoRejectedInvalidation) {
  allocate_slots(acme_, {5});
  EXPECT_EQ(refusal([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {6}); }),
            ErrorCode::not_found);
  EXPECT_EQ(latest_invalidation(acme_), 0);
}

TEST_P(StoreConformance, NumbersNoInvalidationThatIsRolledBack) {
  allocate_slots(acme_, {5});
  EXPECT_EQ(refusal([&](Transaction& t) -> Result<void> {
              auto done = t.status_slots().invalidate(acme_.id, {5});
              if (!done) return done;
              return failure(ErrorCode::conflict, "changed my mind");
            }),
            ErrorCode::conflict);
  EXPECT_EQ(latest_invalidation(acme_), 0);
  EXPECT_EQ(invalidated_slots(acme_, 0, 0), Numbers{});
}

TEST_P(StoreConformance, ASlotThatIsInvalidatedAgainKeepsItsNumber) {
  allocate_slots(acme_, {5, 6});
  invalidate_slots(acme_, {5});
  invalidate_slots(acme_, {6, 5});
  EXPECT_EQ(latest_invalidation(acme_), 2);
  EXPECT_EQ(invalidated_slots(acme_, 0, 1), Numbers{6});
}

TEST_P(StoreConformance, ListsInvalidSlotsInTheOrderOfTheirInvalidation) {
  allocate_slots(acme_, {1, 2, 3, 4});
  invalidate_slots(acme_, {3});
  invalidate_slots(acme_, {4, 1});
  EXPECT_EQ(latest_invalidation(acme_), 3);
  EXPECT_EQ(invalidated_slots(acme_, 0, 0), (Numbers{3, 4, 1}));
}

TEST_P(StoreConformance, ListsOnlyNewInvalidSlots) {
  allocate_slots(acme_, {1, 2, 3});
  invalidate_slots(acme_, {1, 2});
  const std::int64_t seen = latest_invalidation(acme_);
  EXPECT_EQ(invalidated_slots(acme_, 0, seen), Numbers{});
  invalidate_slots(acme_, {3});
  EXPECT_EQ(invalidated_slots(acme_, 0, seen), Numbers{3});
}

TEST_P(StoreConformance, ListsOnlyTheInvalidSlotsOfThatList) {
  allocate_slots(acme_, {0, kList - 1, kList, 2 * kList - 1, 2 * kList});
  invalidate_slots(acme_, {2 * kList, 2 * kList - 1, kList, kList - 1, 0});
  EXPECT_EQ(invalidated_slots(acme_, 0, 0), (Numbers{kList - 1, 0}));
  EXPECT_EQ(invalidated_slots(acme_, 1, 0), (Numbers{2 * kList - 1, kList}));
  EXPECT_EQ(invalidated_slots(acme_, 2, 0), Numbers{2 * kList});
  EXPECT_EQ(invalidated_slots(acme_, 3, 0), Numbers{});
}

TEST_P(StoreConformance, NumbersInvalidationsInEachProject) {
  allocate_slots(acme_, {5});
  allocate_slots(other_, {5, 6});
  invalidate_slots(acme_, {5});
  invalidate_slots(other_, {6});
  EXPECT_EQ(latest_invalidation(acme_), 1);
  EXPECT_EQ(latest_invalidation(other_), 1);
  EXPECT_EQ(invalidated_slots(acme_, 0, 0), Numbers{5});
  EXPECT_EQ(invalidated_slots(other_, 0, 0), Numbers{6});
}

}  // namespace
}  // namespace ptkl::storage
