// Manipulated access tokens are refused.
#include <gtest/gtest.h>

#include "crypto/bad_tokens.h"
#include "crypto/key_store.h"

namespace ptkl::crypto {
namespace {

class Tampering : public ::testing::TestWithParam<SigningAlgorithm> {
 protected:
  void expect_refused(const std::vector<BadToken>& tokens) {
    EXPECT_FALSE(tokens.empty());
    for (const BadToken& row : tokens) {
      SCOPED_TRACE(row.what);
      const auto verified = store_->verify(row.token, forge_.key());
      ASSERT_FALSE(verified);
      EXPECT_EQ(verified.error().code, ErrorCode::unauthenticated);
    }
  }

  Forge forge_{GetParam()};
  Forge stranger_{GetParam()};
  TokenUnderAttack token_ = make_token_under_attack(forge_, stranger_, sample_claims());
  std::unique_ptr<KeyStore> store_ = make_key_store(MasterKey::make());
};

TEST_P(Tampering, IsDetectedInAnyByte) { expect_refused(with_each_byte_changed(token_.valid)); }
TEST_P(Tampering, IsDetectedAfterTruncation) { expect_refused(with_each_truncation(token_.valid)); }
TEST_P(Tampering, IsDetectedInTheAlgorithm) { expect_refused(with_other_algorithms(token_)); }
TEST_P(Tampering, IsDetectedWithAnotherKey) { expect_refused(with_other_keys(token_)); }
TEST_P(Tampering, IsDetectedInTheHeaderEvenWhenSigned) {
  expect_refused(with_other_headers(token_));
}
TEST_P(Tampering, IsDetectedInTheForm) { expect_refused(with_other_forms(token_)); }
TEST_P(Tampering, IsDetectedInTheClaimsEvenWhenSigned) {
  expect_refused(with_other_claims(token_));
}

TEST_P(Tampering, IsDetectedAfterMixingTwoValidTokens) {
  std::string longer = sample_claims();
  longer.replace(longer.find("1700003600"), 10, "1700090000");
  const std::string second = forge_.sign(forge_.header(), longer);
  const std::size_t dot = second.rfind('.');
  const std::size_t own_dot = token_.valid.rfind('.');
  expect_refused({
      {"its claims, our signature", second.substr(0, dot) + token_.valid.substr(own_dot)},
      {"our claims, its signature", token_.valid.substr(0, own_dot) + second.substr(dot)},
  });
}

TEST_P(Tampering, IsAnInternalErrorInTheStoredPublicKey) {
  SigningKey broken = forge_.key();
  broken.public_jwk = stranger_.key().public_jwk;
  const auto verified = store_->verify(token_.valid, broken);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::internal);
}

TEST_P(Tampering, DoesNotAffectTheNextToken) {
  expect_refused({{"another end", token_.valid.substr(0, token_.valid.size() - 4) + "AAAA"}});
  EXPECT_TRUE(store_->verify(token_.valid, forge_.key()));
}

TEST_P(Tampering, CausesNoKeyLookup) {
  const std::string header = forge_.header();
  const auto with = [&](std::string_view part, std::string_view replacement) {
    std::string text = header;
    return text.replace(text.find(part), part.size(), replacement);
  };
  for (const std::string& token : {std::string(), std::string("a.b.c"), token_.valid + ".x",
                                   forge_.sign(with("at+jwt", "JWT"), sample_claims()),
                                   forge_.sign(with(forge_.key().kid, "../x"), "{}")}) {
    const auto kid = store_->key_id(token);
    ASSERT_FALSE(kid);
    EXPECT_EQ(kid.error().code, ErrorCode::unauthenticated);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Tampering, ::testing::ValuesIn(kSigningAlgorithms),
                         [](const auto& test) { return std::string(to_text(test.param)); });

}  // namespace
}  // namespace ptkl::crypto
