#include "process/duration.h"

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

TEST(Duration, RefusesTextWithoutNumberAndUnit) {
  for (const char* text : {"", "h", "24", "24 h", "h24", "-1h", "+1h", "1.5h", "1h30m", "3y", "1H",
                           "0x1h", "99999999999999999999s", "3651d", "9223372036854775807w"}) {
    SCOPED_TRACE(text);
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration);
    EXPECT_EQ(duration.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Duration, ReadsEachUnit) {
  EXPECT_EQ(parse_duration("0s"), std::chrono::seconds(0));
  EXPECT_EQ(parse_duration("90s"), std::chrono::seconds(90));
  EXPECT_EQ(parse_duration("30m"), std::chrono::minutes(30));
  EXPECT_EQ(parse_duration("24h"), std::chrono::hours(24));
  EXPECT_EQ(parse_duration("90d"), std::chrono::days(90));
  EXPECT_EQ(parse_duration("2w"), std::chrono::weeks(2));
  EXPECT_EQ(parse_duration("3650d"), std::chrono::days(3650));
}

TEST(Duration, IsWrittenInItsLargestExactUnit) {
  const struct {
    std::chrono::seconds duration;
    const char* text;
  } rows[] = {
      {std::chrono::seconds(0), "0s"},   {std::chrono::seconds(59), "59s"},
      {std::chrono::seconds(61), "61s"}, {std::chrono::minutes(30), "30m"},
      {std::chrono::minutes(90), "90m"}, {std::chrono::hours(1), "1h"},
      {std::chrono::hours(25), "25h"},   {std::chrono::hours(48), "2d"},
      {std::chrono::weeks(2), "14d"},    {std::chrono::days(3650), "3650d"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(duration_text(row.duration), row.text);
    EXPECT_EQ(parse_duration(row.text), row.duration);
  }
}

}  // namespace
}  // namespace ptkl::process
