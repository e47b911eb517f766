// The part of the conformance suite about status slots and their invalidation.
#include "storage/store_conformance.h"

namespace ptkl::storage {
namespace {

TEST_P(StoreConformance, ASlotCanBeClaimedOnceInEachProject) {
  const auto claim = [this](const Project& project) {
    bool claimed = false;
    write([&](Transaction& transaction) -> Result<void> {
      auto answer = transaction.status_slots().claim(project.id, {5});
      if (!answer) return failure(std::move(answer.error()));
      claimed = *answer;
      return {};
    });
    return claimed;
  };
  EXPECT_TRUE(claim(acme_));
  EXPECT_FALSE(claim(acme_));
  EXPECT_TRUE(claim(other_));
}

TEST_P(StoreConformance, CountsTheSlotsThatWereClaimedNotTheAttempts) {
  const auto claim = [this](StatusSlot slot) {
    write([&](Transaction& transaction) -> Result<void> {
      auto claimed = transaction.status_slots().claim(acme_.id, slot);
      return claimed ? Result<void>() : failure(claimed.error());
    });
  };
  const auto count = [this](const Project& project) {
    return find<std::int64_t>(
        [&](Transaction& transaction) { return transaction.status_slots().count(project.id); });
  };
  EXPECT_EQ(count(acme_), 0);
  claim({5});
  claim({5});
  claim({9'000'000'000});
  write([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {5}); });
  EXPECT_EQ(count(acme_), 2);
  EXPECT_EQ(count(other_), 0);
}

TEST_P(StoreConformance, AnInvalidSlotStaysTakenAndMayBeInvalidatedAgain) {
  add_bot();
  add_secret(acme_, make_secret(5, kBot));
  for (int round = 0; round < 2; ++round) {
    write([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {5}); });
  }
  write([&](Transaction& transaction) -> Result<void> {
    auto claimed = transaction.status_slots().claim(acme_.id, {5});
    if (!claimed) return failure(std::move(claimed.error()));
    EXPECT_FALSE(*claimed);
    return {};
  });
}

TEST_P(StoreConformance, RefusesToInvalidateASlotThatTheProjectHasNotClaimed) {
  add_bot();
  add_secret(acme_, make_secret(5, kBot));
  EXPECT_EQ(refusal([&](Transaction& t) { return t.status_slots().invalidate(other_.id, {5}); }),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, {6}); }),
            ErrorCode::not_found);
}

}  // namespace
}  // namespace ptkl::storage
