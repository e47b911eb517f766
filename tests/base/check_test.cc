#include "base/check.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(CheckDeathTest, EndsTheProcessWhenAnInvariantIsBroken) {
  EXPECT_DEATH(PTKL_CHECK(1 + 1 == 3), "broken invariant: 1 \\+ 1 == 3");
}

TEST(Check, DoesNothingElse) {
  int evaluated = 0;
  PTKL_CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

}  // namespace
}  // namespace ptkl
