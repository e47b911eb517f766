#include "crypto/deflated_bits.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/status_list.h"
#include "support/published_list.h"

namespace ptkl::crypto {
namespace {

using testing::PublishedList;

constexpr std::int64_t kSlots = StatusSlot::kSlotsPerList;

TEST(DeflatedBits, AreAllValidAtFirst) {
  const PublishedList list(make_deflated_bits()->encode());
  EXPECT_EQ(list.bytes().size(), 131'072U);
  EXPECT_EQ(list.count_invalid(), 0);
}

TEST(DeflatedBits, ReachFromTheFirstToTheLastSlot) {
  const auto bits = make_deflated_bits();
  bits->set_invalid(0);
  bits->set_invalid(kSlots - 1);
  const PublishedList list(bits->encode());
  EXPECT_EQ(list.bytes().front(), 0x01);
  EXPECT_EQ(list.bytes().back(), 0x80);
  EXPECT_EQ(list.count_invalid(), 2);
}

TEST(DeflatedBits, StaySetWhenSetAgain) {
  const auto bits = make_deflated_bits();
  bits->set_invalid(7);
  const std::string before = bits->encode();
  bits->set_invalid(7);
  EXPECT_EQ(bits->encode(), before);
}

TEST(DeflatedBits, TakeMemoryOnlyForBlocksWithInvalidOnes) {
  constexpr std::size_t kLittle = 2048;
  constexpr std::size_t kBlock = 8192;
  const auto bits = make_deflated_bits();
  bits->encode();
  EXPECT_LT(bits->memory_bytes(), kLittle);
  bits->set_invalid(0);
  bits->set_invalid(1);
  bits->encode();
  EXPECT_GE(bits->memory_bytes(), kBlock);
  EXPECT_LT(bits->memory_bytes(), kBlock + kLittle);
  bits->set_invalid(kSlots - 1);
  bits->encode();
  EXPECT_GE(bits->memory_bytes(), 2 * kBlock);
  EXPECT_LT(bits->memory_bytes(), 2 * kBlock + kLittle);
}

// draft-ietf-oauth-status-list-16, appendix C.1.
TEST(DeflatedBits, MatchTheTestVectorOfTheDraft) {
  const PublishedList vector(
      "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogE"
      "AAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      "AAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAA"
      "A7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAA"
      "ACAZC8L2AEb");
  const auto bits = make_deflated_bits();
  for (const int index :
       {0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345}) {
    bits->set_invalid(index);
  }
  EXPECT_EQ(PublishedList(bits->encode()).bytes(), vector.bytes());
}

std::vector<std::int64_t> arbitrary_indexes() {
  // Close together as well as far apart, so that blocks get several flips and none.
  const auto spread = rc::gen::inRange<std::int64_t>(0, kSlots);
  const auto close = rc::gen::inRange<std::int64_t>(65'500, 65'600);
  return *rc::gen::container<std::vector<std::int64_t>>(rc::gen::oneOf(spread, close));
}

RC_GTEST_PROP(DeflatedBitsProperty, AreReadAsTheyWereSetAtAnyTime, ()) {
  const auto bits = make_deflated_bits();
  std::set<std::int64_t> flipped;
  const int rounds = *rc::gen::inRange(1, 4);
  for (int round = 0; round < rounds; ++round) {
    for (const std::int64_t index : arbitrary_indexes()) {
      bits->set_invalid(index);
      flipped.insert(index);
    }
    const PublishedList list(bits->encode());
    RC_ASSERT(list.count_invalid() == static_cast<std::int64_t>(flipped.size()));
    for (const std::int64_t index : flipped) RC_ASSERT(list.is_invalid(index));
  }
}

RC_GTEST_PROP(DeflatedBitsProperty, AreTheSameStepByStepAsAllTogether, ()) {
  const auto stepwise = make_deflated_bits();
  const auto at_once = make_deflated_bits();
  for (const std::int64_t index : arbitrary_indexes()) {
    stepwise->set_invalid(index);
    stepwise->encode();
    at_once->set_invalid(index);
  }
  RC_ASSERT(stepwise->encode() == at_once->encode());
}

/// Every slot of the list for which `is_invalid` holds.
template <class Predicate>
std::unique_ptr<StatusListEncoder> bits_where(Predicate is_invalid) {
  auto bits = make_deflated_bits();
  for (std::int64_t index = 0; index < kSlots; ++index) {
    if (is_invalid(index)) bits->set_invalid(index);
  }
  return bits;
}

// Random bits, which deflate cannot compress, have the longest result.
TEST(DeflatedBits, MayBeNoise) {
  std::uint64_t state = 1;
  const auto noise = [&state](std::int64_t) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return state >> 63 != 0;
  };
  const auto bits = bits_where(noise);
  const PublishedList list(bits->encode());
  EXPECT_GE(bits->memory_bytes(), 2U * 131'072) << "the bits, and the same once more deflated";
  EXPECT_GT(list.count_invalid(), kSlots / 3);
  EXPECT_LT(list.count_invalid(), kSlots * 2 / 3);
}

TEST(DeflatedBits, MayAllBeInvalid) {
  const auto bits = bits_where([](std::int64_t) { return true; });
  EXPECT_EQ(PublishedList(bits->encode()).count_invalid(), kSlots);
}

}  // namespace
}  // namespace ptkl::crypto
