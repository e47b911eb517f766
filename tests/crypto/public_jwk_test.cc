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

TEST(P256Jwk, RefusesInvalidPublicKeys) {
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

TEST(P256Jwk, ReadsThePublicKeyOfTheRfc) {
  // RFC 7517 A.1; its further members do not matter.
  const auto point = parse_p256_jwk(
      R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
      R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"})");
  ASSERT_TRUE(point);
  EXPECT_EQ(to_base64url(point->x), kX);
  EXPECT_EQ(to_base64url(point->y), kY);
}

TEST(P256Jwk, HasTheThumbprintOfTheRfc) {
  // RFC 9449 §4.1 and §6.1: a P-256 key, and the `jkt` that confirms it.
  const auto point =
      parse_p256_jwk(jwk("EC", "P-256", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                         "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"));
  ASSERT_TRUE(point);
  EXPECT_EQ(thumbprint(*point), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

TEST(P256Jwk, HasTheMembersThatVerifiersNeed) {
  const auto point = parse_p256_jwk(jwk("EC", "P-256", kX, kY));
  ASSERT_TRUE(point);
  EXPECT_EQ(to_public_jwk(*point),
            R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
            R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":")" +
                thumbprint(*point) + R"(","use":"sig","alg":"ES256"})");
}

// RFC 7638 §3.1: an RSA key and its thumbprint.
constexpr std::string_view kModulus =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
    "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
    "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
    "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

std::string rsa_jwk(std::string_view n, std::string_view e) {
  return R"({"kty":"RSA","n":")" + std::string(n) + R"(","e":")" + std::string(e) + R"("})";
}

TEST(RsaJwk, RefusesInvalidPublicKeys) {
  const std::vector<BadJwk> cases = {
      {"no JSON", "nonsense"},
      {"a key on a curve", jwk("EC", "P-256", kX, kY)},
      {"the kind in lower case",
       R"({"kty":"rsa","e":"AQAB","n":")" + std::string(kModulus) + "\"}"},
      {"no modulus", R"({"kty":"RSA","e":"AQAB"})"},
      {"no exponent", R"({"kty":"RSA","n":")" + std::string(kModulus) + "\"}"},
      {"exponent 3", rsa_jwk(kModulus, "Aw")},
      {"exponent padded with a zero", rsa_jwk(kModulus, "AAEAAQ")},
      {"1024 bits", rsa_jwk(kModulus.substr(0, 171), "AQAB")},
      {"2040 bits", rsa_jwk("AP" + std::string(kModulus.substr(2)), "AQAB")},
      {"4096 bits", rsa_jwk(std::string(kModulus.substr(0, 340)) + std::string(kModulus), "AQAB")},
  };
  for (const BadJwk& row : cases) {
    SCOPED_TRACE(row.what);
    const auto modulus = parse_rsa_jwk(row.json);
    ASSERT_FALSE(modulus);
    EXPECT_EQ(modulus.error().code, ErrorCode::invalid_argument);
  }
}

TEST(RsaJwk, HasTheThumbprintOfTheRfc) {
  const auto modulus = parse_rsa_jwk(rsa_jwk(kModulus, "AQAB"));
  ASSERT_TRUE(modulus);
  EXPECT_EQ(thumbprint(*modulus), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(RsaJwk, HasTheMembersThatVerifiersNeed) {
  const auto modulus = parse_rsa_jwk(rsa_jwk(kModulus, "AQAB"));
  ASSERT_TRUE(modulus);
  EXPECT_EQ(to_public_jwk(*modulus), R"({"kty":"RSA","n":")" + std::string(kModulus) +
                                         R"(","e":"AQAB","kid":")" + thumbprint(*modulus) +
                                         R"(","use":"sig","alg":"RS256"})");
}

// RFC 8037 A.2 and A.3.
constexpr std::string_view kEd25519X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

std::string okp_jwk(std::string_view crv, std::string_view x) {
  return R"({"kty":"OKP","crv":")" + std::string(crv) + R"(","x":")" + std::string(x) + R"("})";
}

TEST(Ed25519Jwk, RefusesInvalidPublicKeys) {
  const std::vector<BadJwk> cases = {
      {"no JSON", "nonsense"},
      {"another kind", jwk("EC", "Ed25519", kEd25519X, kY)},
      {"another curve", okp_jwk("Ed448", kEd25519X)},
      {"the curve of key agreement", okp_jwk("X25519", kEd25519X)},
      {"x too short", okp_jwk("Ed25519", kEd25519X.substr(4))},
      {"x padded", okp_jwk("Ed25519", std::string(kEd25519X) + "=")},
      {"no x", R"({"kty":"OKP","crv":"Ed25519"})"},
  };
  for (const BadJwk& row : cases) {
    SCOPED_TRACE(row.what);
    const auto point = parse_ed25519_jwk(row.json);
    ASSERT_FALSE(point);
    EXPECT_EQ(point.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Ed25519Jwk, HasTheThumbprintOfTheRfc) {
  const auto point = parse_ed25519_jwk(okp_jwk("Ed25519", kEd25519X));
  ASSERT_TRUE(point);
  EXPECT_EQ(thumbprint(*point), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Ed25519Jwk, HasTheMembersThatVerifiersNeed) {
  const auto point = parse_ed25519_jwk(okp_jwk("Ed25519", kEd25519X));
  ASSERT_TRUE(point);
  EXPECT_EQ(to_public_jwk(*point), R"({"kty":"OKP","crv":"Ed25519","x":")" +
                                       std::string(kEd25519X) + R"(","kid":")" +
                                       thumbprint(*point) + R"(","use":"sig","alg":"EdDSA"})");
}

}  // namespace
}  // namespace ptkl::crypto
