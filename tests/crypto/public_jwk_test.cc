#include "crypto/public_jwk.h"

#include <gtest/gtest.h>

namespace ptkl::crypto {
namespace {

struct BadJwk {
  std::string what;
  std::string json;
};

constexpr std::string_view kX = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
constexpr std::string_view kY = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

std::string jwk(std::string_view kty, std::string_view crv, std::string_view x,
                std::string_view y) {
  return R"({"kty":")" + std::string(kty) + R"(","crv":")" + std::string(crv) + R"(","x":")" +
         std::string(x) + R"(","y":")" + std::string(y) + R"("})";
}

TEST(P256Jwk, RefusesWhatIsNoPublicKeyOnThisCurve) {
  const std::vector<BadJwk> cases = {
      {"no JSON", "nonsense"},
      {"no object", "[]"},
      {"nothing in it", "{}"},
      {"another key type", jwk("OKP", "P-256", kX, kY)},
      {"another curve", jwk("EC", "P-384", kX, kY)},
      {"the curve in lower case", jwk("EC", "p-256", kX, kY)},
      {"x too short", jwk("EC", "P-256", kX.substr(4), kY)},
      {"y too long", jwk("EC", "P-256", kX, std::string(kY) + "AAAA")},
      {"y padded", jwk("EC", "P-256", kX, std::string(kY) + "=")},
      {"no y", R"({"kty":"EC","crv":"P-256","x":")" + std::string(kX) + R"("})"},
      {"x a number", R"({"kty":"EC","crv":"P-256","x":1,"y":")" + std::string(kY) + R"("})"},
      {"a key twice", R"({"kty":"EC",)" + jwk("EC", "P-256", kX, kY).substr(1)},
  };
  for (const BadJwk& row : cases) {
    SCOPED_TRACE(row.what);
    const auto point = parse_p256_jwk(row.json);
    ASSERT_FALSE(point);
    EXPECT_EQ(point.error().code, ErrorCode::invalid_argument);
  }
}

TEST(P256Jwk, ReadsThePublicKeyThatTheRfcPublished) {
  // RFC 7517 A.1; its further members do not matter.
  const auto point = parse_p256_jwk(
      R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
      R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"})");
  ASSERT_TRUE(point);
  EXPECT_EQ(to_base64url(point->x), kX);
  EXPECT_EQ(to_base64url(point->y), kY);
}

TEST(P256Jwk, HasTheThumbprintThatTheRfcPublished) {
  // RFC 9449 §4.1 and §6.1: a P-256 key, and the `jkt` that confirms it.
  const auto point =
      parse_p256_jwk(jwk("EC", "P-256", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                           "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"));
  ASSERT_TRUE(point);
  EXPECT_EQ(thumbprint(*point), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

TEST(P256Jwk, ShowsEveryMemberThatAVerifierNeeds) {
  const auto point = parse_p256_jwk(jwk("EC", "P-256", kX, kY));
  ASSERT_TRUE(point);
  EXPECT_EQ(to_public_jwk(*point),
            R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
            R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":")" +
                thumbprint(*point) + R"(","use":"sig","alg":"ES256"})");
}

}  // namespace
}  // namespace ptkl::crypto
