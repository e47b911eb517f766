#include "shell/duration.h"

#include <gtest/gtest.h>

namespace ptkl::shell {
namespace {

TEST(Duration, RefusesWhatIsNoNumberWithAUnit) {
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

}  // namespace
}  // namespace ptkl::shell
