#include "base/hash.h"

#include <string>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(HashCombine, IsEqualForEqualValues) {
  EXPECT_EQ(hash_combine(std::string("a"), 1), hash_combine(std::string("a"), 1));
}

TEST(HashCombine, DependsOnEachValueAndOnTheirOrder) {
  EXPECT_NE(hash_combine(std::string("a"), 1), hash_combine(std::string("b"), 1));
  EXPECT_NE(hash_combine(std::string("a"), 1), hash_combine(std::string("a"), 2));
  EXPECT_NE(hash_combine(1, 2), hash_combine(2, 1));
}

}  // namespace
}  // namespace ptkl
