#include "core/access_token.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

constexpr std::string_view kIssuer = "https://id.example.com/projects/acme";

AccessToken valid_token() {
  AccessToken token;
  token.issuer = kIssuer;
  token.audience = kIssuer;
  token.issued_at = 1000;
  token.expires_at = 2000;
  return token;
}

void expect_refused(const AccessToken& token, std::int64_t now) {
  const auto checked = check_claims(token, kIssuer, now);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::unauthenticated);
}

TEST(CheckClaims, RefusesAnotherIssuer) {
  for (const std::string issuer :
       {"", "https://id.example.com/projects/acme2", "https://id.example.com/projects/acme/",
        "https://id.example.com/projects/ACME", "http://id.example.com/projects/acme"}) {
    SCOPED_TRACE(issuer);
    AccessToken token = valid_token();
    token.issuer = issuer;
    expect_refused(token, 1500);
  }
}

TEST(CheckClaims, RefusesFromTheSecondOfExpiryOn) {
  expect_refused(valid_token(), 2000);
  expect_refused(valid_token(), 2001);
  EXPECT_TRUE(check_claims(valid_token(), kIssuer, 1999));
}

TEST(CheckClaims, LeavesTheAudienceToTheOtherCheck) {
  AccessToken token = valid_token();
  token.audience = "https://api.example.com";
  EXPECT_TRUE(check_claims(token, kIssuer, 1500));
}

TEST(CheckAudience, RefusesEveryOtherOne) {
  for (const std::string audience :
       {"", "https://api.example.com", "https://id.example.com/projects"}) {
    SCOPED_TRACE(audience);
    AccessToken token = valid_token();
    token.audience = audience;
    const auto checked = check_audience(token, kIssuer);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::unauthenticated);
  }
  EXPECT_TRUE(check_audience(valid_token(), kIssuer));
}

}  // namespace
}  // namespace ptkl
