#include <algorithm>

#include <gtest/gtest.h>

#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"
#include "crypto/stored_key.h"

namespace ptkl::crypto {
namespace {

// RFC 8037 A.1, A.2 and A.4.
constexpr std::string_view kRfcJwk =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
constexpr std::string_view kRfcPrivate = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr std::string_view kRfcInput = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kRfcSignature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

// 2^252 + 27742317777372353535851937790883648493, little-endian: the order of the base point.
constexpr std::array<std::uint8_t, 32> kOrder = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

class EdDsaTest : public ::testing::Test {
 protected:
  bool verify(const SigningKey& key, std::string_view input, ByteView signature) const {
    return eddsa_->open_verifier(key).value()->verify(input, signature);
  }

  std::unique_ptr<JwsAlgorithm> eddsa_ = make_eddsa();
  SigningKey rfc_key_ = stored_key(parse_ed25519_jwk(kRfcJwk).value());
  Bytes rfc_signature_ = from_base64url(kRfcSignature).value();
};

TEST_F(EdDsaTest, RefusesAnotherInput) {
  EXPECT_FALSE(verify(rfc_key_, std::string(kRfcInput) + "A", rfc_signature_));
  EXPECT_FALSE(verify(rfc_key_, "", rfc_signature_));
}

TEST_F(EdDsaTest, RefusesEveryChangedByteOfASignature) {
  for (std::size_t i = 0; i < rfc_signature_.size(); ++i) {
    Bytes changed = rfc_signature_;
    changed[i] ^= 0x10;
    EXPECT_FALSE(verify(rfc_key_, kRfcInput, changed)) << "byte " << i;
  }
}

TEST_F(EdDsaTest, RefusesSignaturesOfAnotherForm) {
  Bytes longer = rfc_signature_;
  longer.push_back(0);
  EXPECT_FALSE(verify(rfc_key_, kRfcInput, {})) << "none";
  EXPECT_FALSE(verify(rfc_key_, kRfcInput, ByteView(rfc_signature_).first(63))) << "a byte short";
  EXPECT_FALSE(verify(rfc_key_, kRfcInput, longer)) << "a byte long";
  EXPECT_FALSE(verify(rfc_key_, kRfcInput, Bytes(64))) << "zeros";
}

TEST_F(EdDsaTest, RefusesTheSecondFormOfAValidSignature) {
  // S plus the order is the same number to a verifier that does not look (RFC 8032 §5.1.7).
  Bytes other = rfc_signature_;
  int carry = 0;
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    const int sum = other[32 + i] + kOrder[i] + carry;
    other[32 + i] = static_cast<std::uint8_t>(sum & 0xff);
    carry = sum >> 8;
  }
  ASSERT_EQ(carry, 0);
  EXPECT_FALSE(verify(rfc_key_, kRfcInput, other));
}

TEST_F(EdDsaTest, RefusesInvalidPoints) {
  Ed25519Point identity;
  identity.x[0] = 1;
  Ed25519Point beyond_the_field;
  beyond_the_field.x.fill(0xff);
  Ed25519Point off_the_curve;
  off_the_curve.x[0] = 2;
  EXPECT_FALSE(eddsa_->open_verifier(stored_key(Ed25519Point{}))) << "of order 4";
  EXPECT_FALSE(eddsa_->open_verifier(stored_key(identity)));
  EXPECT_FALSE(eddsa_->open_verifier(stored_key(beyond_the_field)));
  EXPECT_FALSE(eddsa_->open_verifier(stored_key(off_the_curve)));
}

TEST_F(EdDsaTest, RefusesAPublicKeyOfAnotherKid) {
  rfc_key_.kid = eddsa_->make_key().value().kid;
  const auto verifier = eddsa_->open_verifier(rfc_key_);
  ASSERT_FALSE(verifier);
  EXPECT_EQ(verifier.error().code, ErrorCode::internal);
}

TEST_F(EdDsaTest, RefusesAnotherPrivateKey) {
  const KeyPair other = eddsa_->make_key().value();
  const Bytes right = from_base64url(kRfcPrivate).value();
  EXPECT_FALSE(eddsa_->open_signer(rfc_key_, {})) << "none";
  EXPECT_FALSE(eddsa_->open_signer(rfc_key_, ByteView(right).first(31))) << "a byte short";
  EXPECT_FALSE(eddsa_->open_signer(rfc_key_, Bytes(64))) << "libsodium's own form";
  const auto signer = eddsa_->open_signer(rfc_key_, other.private_key.reveal());
  ASSERT_FALSE(signer) << "of another key";
  EXPECT_EQ(signer.error().code, ErrorCode::internal);
}

TEST_F(EdDsaTest, MatchesTheSignatureOfTheRfc) {
  const auto signer = eddsa_->open_signer(rfc_key_, from_base64url(kRfcPrivate).value());
  ASSERT_TRUE(signer);
  EXPECT_EQ(to_base64url((*signer)->sign(kRfcInput).value()), kRfcSignature);
}

TEST_F(EdDsaTest, VerifiesTheSignatureOfTheRfc) {
  EXPECT_TRUE(verify(rfc_key_, kRfcInput, rfc_signature_));
}

TEST_F(EdDsaTest, GeneratesKeysThatSignAndVerify) {
  const KeyPair pair = eddsa_->make_key().value();
  const SigningKey key = stored_key(pair);
  const auto signer = eddsa_->open_signer(key, pair.private_key.reveal());
  ASSERT_TRUE(signer);
  const Bytes signature = (*signer)->sign("anything").value();
  EXPECT_EQ(pair.private_key.size(), 32U);
  EXPECT_TRUE(verify(key, "anything", signature));
  EXPECT_FALSE(verify(rfc_key_, "anything", signature));
}

}  // namespace
}  // namespace ptkl::crypto
