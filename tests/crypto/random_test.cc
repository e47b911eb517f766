#include "crypto/random.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace ptkl::crypto {
namespace {

TEST(Random, FillsEveryByte) {
  const auto source = make_random_source();
  // A byte that stays zero through 64 rounds was never written: the chance is 2^-512.
  Bytes seen(100);
  for (int round = 0; round < 64; ++round) {
    Bytes bytes(seen.size());
    source->fill(bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) seen[i] |= bytes[i];
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 0);
}

TEST(Random, AcceptsAnEmptyBuffer) { make_random_source()->fill(std::span<std::uint8_t>()); }

TEST(Random, NeverRepeatsAUuidOfTheSameTime) {
  const auto source = make_random_source();
  std::set<Uuid> uuids;
  for (int i = 0; i < 1000; ++i) uuids.insert(source->make_uuid(from_unix_millis(1)));
  EXPECT_EQ(uuids.size(), 1000U);
}

}  // namespace
}  // namespace ptkl::crypto
