#include "base/integer.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(ParseInteger, ReadsTheWholeRangeOfTheType) {
  EXPECT_EQ(parse_integer<std::int64_t>("-9223372036854775808"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer<std::int64_t>("9223372036854775807"),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer<std::uint16_t>("0"), 0);
  EXPECT_EQ(parse_integer<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(parse_integer<int>("007"), 7);
  EXPECT_EQ(parse_integer<std::uint32_t>("0000001f", 16), 31U);
}

TEST(ParseInteger, RefusesANumberThatDoesNotFit) {
  EXPECT_EQ(parse_integer<std::int64_t>("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parse_integer<std::int64_t>("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(parse_integer<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_integer<std::uint16_t>("-1"), std::nullopt);
}

TEST(ParseInteger, RefusesTextThatIsNotANumber) {
  for (const std::string_view text :
       {"", " ", "-", "+1", " 1", "1 ", "1x", "x1", "1.0", "1e2", "0x1", "1,000", "--1"}) {
    EXPECT_EQ(parse_integer<std::int64_t>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_integer<std::int64_t>(std::string_view("1\0", 2)), std::nullopt);
  EXPECT_EQ(parse_integer<std::int64_t>(std::string_view()), std::nullopt);
}

}  // namespace
}  // namespace ptkl
