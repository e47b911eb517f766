#include "core/project.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

using namespace std::chrono_literals;

TEST(TokenLifetime, RefusesValuesOutOfBounds) {
  for (const std::chrono::seconds lifetime : {-1s, 0s, 59s, 86'401s, std::chrono::seconds::max()}) {
    const auto checked = check_token_lifetime(lifetime);
    ASSERT_FALSE(checked) << lifetime.count();
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
  }
}

TEST(TokenLifetime, TakesAMinuteToADay) {
  for (const std::chrono::seconds lifetime : {60s, 3600s, 86'400s}) {
    EXPECT_TRUE(check_token_lifetime(lifetime)) << lifetime.count();
  }
  EXPECT_TRUE(check_token_lifetime(kDefaultTokenLifetime));
}

TEST(Issuer, BeginsWithThePublicUrl) {
  EXPECT_EQ(issuer_of("https://id.example.com", *ProjectName::parse("acme")),
            "https://id.example.com/projects/acme");
}

}  // namespace
}  // namespace ptkl
