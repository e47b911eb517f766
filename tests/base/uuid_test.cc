#include "base/uuid.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace ptkl {
namespace {

constexpr std::string_view kText = "0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b";

struct BadUuid {
  std::string what;
  std::string text;
};

TEST(Uuid, RefusesInvalidText) {
  const std::string text(kText);
  const std::vector<BadUuid> cases = {
      {"empty", ""},
      {"a digit short", text.substr(1)},
      {"a digit long", text + "0"},
      {"without hyphens", "0192f0c17c3e7a529d0e0c6f6f1f2a3b"},
      {"as long, but without hyphens", std::string(36, '0')},
      {"in braces", "{" + text + "}"},
      {"as a URN", "urn:uuid:" + text},
      {"a hyphen for a digit", "-" + text.substr(1)},
      {"a digit for a hyphen", text.substr(0, 8) + "0" + text.substr(9)},
      {"no hexadecimal digit", "g" + text.substr(1)},
      {"white space before", " " + text.substr(1)},
      {"a zero byte", std::string(1, '\0') + text.substr(1)},
      {"a sign", "+" + text.substr(1)},
      {"an email", "testers-with-a-long-name@example.com"},
  };
  for (const BadUuid& row : cases) {
    SCOPED_TRACE(row.what);
    const auto uuid = Uuid::parse(row.text);
    ASSERT_FALSE(uuid);
    EXPECT_EQ(uuid.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Uuid, ReadsLowerAndUpperCaseOfAnyVersion) {
  const auto lower = Uuid::parse(kText);
  const auto upper = Uuid::parse("0192F0C1-7C3E-7A52-9D0E-0C6F6F1F2A3B");
  ASSERT_TRUE(lower);
  ASSERT_TRUE(upper);
  EXPECT_EQ(*lower, *upper);
  EXPECT_EQ(upper->text(), kText);
  EXPECT_TRUE(Uuid::parse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  EXPECT_EQ(Uuid::parse("00000000-0000-0000-0000-000000000000"), Uuid());
}

TEST(Uuid, MatchesTheRfcForVersionSeven) {
  // RFC 9562 A.6: 2022-02-22T19:22:22Z.
  const Uuid::Random random = {0xcc, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
  EXPECT_EQ(Uuid::make_v7(from_unix_millis(0x017F22E279B0), random).text(),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(Uuid, SortsByTime) {
  Uuid::Random high{};
  high.fill(0xff);
  const Uuid earlier = Uuid::make_v7(from_unix_millis(1'700'000'000'000), high);
  const Uuid later = Uuid::make_v7(from_unix_millis(1'700'000'000'001), {});
  EXPECT_LT(earlier, later);
  EXPECT_LT(earlier.text(), later.text());
}

RC_GTEST_PROP(UuidProperty, IsReadAsItWasWritten,
              (const Uuid::Random& random, std::uint32_t time)) {
  const Uuid uuid = Uuid::make_v7(from_unix_millis(time), random);
  const std::string text = uuid.text();
  RC_ASSERT(text.size() == 36U);
  RC_ASSERT(text[14] == '7');
  RC_ASSERT(std::string_view("89ab").find(text[19]) != std::string_view::npos);
  RC_ASSERT(Uuid::parse(text).value() == uuid);
}

RC_GTEST_PROP(UuidProperty, KeepsTheOrderInItsText,
              (const Uuid::Random& left, const Uuid::Random& right)) {
  const Uuid a = Uuid::make_v7(from_unix_millis(0), left);
  const Uuid b = Uuid::make_v7(from_unix_millis(0), right);
  RC_ASSERT((a < b) == (a.text() < b.text()));
}

}  // namespace
}  // namespace ptkl
