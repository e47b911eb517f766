#include "base/ascii.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(ToAsciiLower, ChangesNothingButCapitalLetters) {
  int changed = 0;
  for (int code = 0; code < 256; ++code) {
    const char c = static_cast<char>(code);
    if (to_ascii_lower(c) != c) ++changed;
  }
  EXPECT_EQ(changed, 26);
  EXPECT_EQ(to_ascii_lower('@'), '@');
  EXPECT_EQ(to_ascii_lower('['), '[');
  EXPECT_EQ(to_ascii_lower('z'), 'z');
}

TEST(ToAsciiLower, ConvertsCapitalLetters) {
  static_assert(to_ascii_lower('A') == 'a');
  EXPECT_EQ(to_ascii_lower('M'), 'm');
  EXPECT_EQ(to_ascii_lower('Z'), 'z');
}

}  // namespace
}  // namespace ptkl
