#include "base/integer.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(ParseInteger, ReadsWholeText) {
  EXPECT_EQ(parse_integer<int>("0"), 0);
  EXPECT_EQ(parse_integer<int>("-12"), -12);
  EXPECT_EQ(parse_integer<std::int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_integer<std::uint32_t>("0000001f", 16), 31U);
}

TEST(ParseInteger, RefusesAnythingElse) {
  for (const char* text : {"", " 1", "1 ", "+1", "1.0", "0x1", "one", "-"}) {
    EXPECT_FALSE(parse_integer<int>(text)) << '"' << text << '"';
  }
}

TEST(ParseInteger, RefusesWhatTheTypeCannotHold) {
  EXPECT_FALSE(parse_integer<std::int64_t>("9223372036854775808"));
  EXPECT_FALSE(parse_integer<std::uint8_t>("256"));
  EXPECT_FALSE(parse_integer<unsigned>("-1"));
}

}  // namespace
}  // namespace ptkl
