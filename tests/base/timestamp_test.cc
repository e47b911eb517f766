#include "base/timestamp.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace ptkl {
namespace {

struct BadTime {
  std::string what;
  std::string text;
};

TEST(Timestamp, RefusesInvalidTimes) {
  const std::vector<BadTime> cases = {
      {"empty", ""},
      {"Z alone", "Z"},
      {"a date alone", "2026-11-24"},
      {"no zone", "2026-11-24T21:34:10"},
      {"an offset", "2026-11-24T21:34:10+00:00"},
      {"another zone", "2026-11-24T21:34:10+02:00"},
      {"a zone in lower case", "2026-11-24T21:34:10z"},
      {"a space for the T", "2026-11-24 21:34:10Z"},
      {"T in lower case", "2026-11-24t21:34:10Z"},
      {"no seconds", "2026-11-24T21:34Z"},
      {"a year of two digits", "26-11-24T21:34:10Z"},
      {"a year of five digits", "12026-11-24T21:34:10Z"},
      {"a negative year", "-026-11-24T21:34:10Z"},
      {"a sign within", "2026-+1-24T21:34:10Z"},
      {"a space within", "2026- 1-24T21:34:10Z"},
      {"month 0", "2026-00-24T21:34:10Z"},
      {"month 13", "2026-13-24T21:34:10Z"},
      {"day 0", "2026-11-00T21:34:10Z"},
      {"31 November", "2026-11-31T21:34:10Z"},
      {"32 January", "2026-01-32T21:34:10Z"},
      {"29 February, no leap year", "2026-02-29T00:00:00Z"},
      {"29 February 1900", "1900-02-29T00:00:00Z"},
      {"30 February", "2024-02-30T00:00:00Z"},
      {"hour 24", "2026-11-24T24:00:00Z"},
      {"minute 60", "2026-11-24T21:60:10Z"},
      {"a leap second", "2026-12-31T23:59:60Z"},
      {"a point without digits", "2026-11-24T21:34:10.Z"},
      {"a comma", "2026-11-24T21:34:10,5Z"},
      {"a fraction with a sign", "2026-11-24T21:34:10.-5Z"},
      {"a fraction with a letter", "2026-11-24T21:34:10.5xZ"},
      {"a letter past the third digit", "2026-11-24T21:34:10.123xZ"},
      {"ten digits of fraction", "2026-11-24T21:34:10.1234567890Z"},
      {"white space behind", "2026-11-24T21:34:10Z "},
      {"Z twice", "2026-11-24T21:34:10ZZ"},
      {"letters for digits", "yyyy-mm-ddThh:mm:ssZ"},
      {"seconds since 1970", "1700000000"},
  };
  for (const BadTime& row : cases) {
    SCOPED_TRACE(row.what);
    const auto time = parse_rfc3339(row.text);
    ASSERT_FALSE(time);
    EXPECT_EQ(time.error().code, ErrorCode::invalid_argument);
  }
}

struct TimeCase {
  std::string text;
  std::int64_t millis;
  std::string written;
};

TEST(Timestamp, ReadsAndWritesRfc3339) {
  const std::vector<TimeCase> cases = {
      {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"},
      {"1970-01-01T00:00:00.001Z", 1, "1970-01-01T00:00:00.001Z"},
      {"1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"},
      {"2024-02-29T12:00:00Z", 1'709'208'000'000, "2024-02-29T12:00:00.000Z"},
      {"2000-02-29T00:00:00Z", 951'782'400'000, "2000-02-29T00:00:00.000Z"},
      {"2026-11-24T21:34:10.1Z", 1'795'556'050'100, "2026-11-24T21:34:10.100Z"},
      {"2026-11-24T21:34:10.12Z", 1'795'556'050'120, "2026-11-24T21:34:10.120Z"},
      {"2026-11-24T21:34:10.123999999Z", 1'795'556'050'123, "2026-11-24T21:34:10.123Z"},
      {"2038-01-19T03:14:08Z", 2'147'483'648'000, "2038-01-19T03:14:08.000Z"},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
      {"0000-01-01T00:00:00Z", -62'167'219'200'000, "0000-01-01T00:00:00.000Z"},
  };
  for (const TimeCase& row : cases) {
    SCOPED_TRACE(row.text);
    const auto time = parse_rfc3339(row.text);
    ASSERT_TRUE(time);
    EXPECT_EQ(to_unix_millis(*time), row.millis);
    EXPECT_EQ(to_rfc3339(*time), row.written);
  }
}

TEST(Timestamp, RoundsDownToWholeSeconds) {
  EXPECT_EQ(to_unix_seconds(from_unix_millis(1999)), 1);
  EXPECT_EQ(to_unix_seconds(from_unix_millis(-1)), -1);
  EXPECT_EQ(to_unix_seconds(from_unix_millis(0)), 0);
}

RC_GTEST_PROP(TimestampProperty, IsReadAsItWasWritten, ()) {
  // From the year 0 to the year 9999.
  const auto millis = *rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000);
  const Timestamp time = from_unix_millis(millis);
  RC_ASSERT(parse_rfc3339(to_rfc3339(time)).value() == time);
  RC_ASSERT(to_unix_millis(time) == millis);
}

RC_GTEST_PROP(TimestampProperty, KeepsTheOrderInItsText, ()) {
  const auto range = rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000);
  const Timestamp left = from_unix_millis(*range);
  const Timestamp right = from_unix_millis(*range);
  RC_ASSERT((left < right) == (to_rfc3339(left) < to_rfc3339(right)));
}

}  // namespace
}  // namespace ptkl
