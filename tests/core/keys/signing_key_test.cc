#include "core/keys/signing_key.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(SigningAlgorithm, RefusesEveryOtherName) {
  for (const std::string_view name : {"", "none", "es256", "ES256 ", "ES384", "EDDSA", "eddsa",
                                      "Ed25519", "rs256", "RS512", "PS256", "HS256"}) {
    SCOPED_TRACE(name);
    const auto algorithm = parse_signing_algorithm(name);
    ASSERT_FALSE(algorithm);
    EXPECT_EQ(algorithm.error().code, ErrorCode::invalid_argument);
  }
}

TEST(SigningAlgorithm, HasTheNameThatJoseGivesIt) {
  EXPECT_EQ(to_text(SigningAlgorithm::es256), "ES256");
  EXPECT_EQ(to_text(SigningAlgorithm::eddsa), "EdDSA");
  EXPECT_EQ(to_text(SigningAlgorithm::rs256), "RS256");
}

TEST(SigningAlgorithm, IsReadFromItsName) {
  for (const SigningAlgorithm algorithm : kSigningAlgorithms) {
    EXPECT_EQ(parse_signing_algorithm(to_text(algorithm)).value(), algorithm);
  }
}

}  // namespace
}  // namespace ptkl
