#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "crypto/hex.h"
#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"
#include "crypto/stored_key.h"

namespace ptkl::crypto {
namespace {

// RFC 7515 A.3.
constexpr std::string_view kEs256RfcJwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view kEs256RfcPrivate = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
constexpr std::string_view kEs256RfcInput =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";
constexpr std::string_view kEs256RfcSignature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

class Es256 : public ::testing::Test {
 protected:
  bool verify(const SigningKey& key, std::string_view input, ByteView signature) const {
    return es256_->open_verifier(key).value()->verify(input, signature);
  }

  std::unique_ptr<JwsAlgorithm> es256_ = make_es256();
  SigningKey rfc_key_ = stored_key(parse_p256_jwk(kEs256RfcJwk).value());
  Bytes rfc_signature_ = from_base64url(kEs256RfcSignature).value();
};

TEST_F(Es256, RefusesAnotherInput) {
  EXPECT_FALSE(verify(rfc_key_, std::string(kEs256RfcInput) + "A", rfc_signature_));
  EXPECT_FALSE(verify(rfc_key_, "", rfc_signature_));
}

TEST_F(Es256, RefusesAnotherKey) {
  const SigningKey other = stored_key(es256_->make_key().value());
  EXPECT_FALSE(verify(other, kEs256RfcInput, rfc_signature_));
}

TEST_F(Es256, RefusesEveryChangedByteOfASignature) {
  for (std::size_t i = 0; i < rfc_signature_.size(); ++i) {
    Bytes changed = rfc_signature_;
    changed[i] ^= 0x80;
    EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, changed)) << "byte " << i;
  }
}

TEST_F(Es256, RefusesSignaturesOfAnotherForm) {
  const ByteView all(rfc_signature_);
  Bytes longer = rfc_signature_;
  longer.push_back(0);
  Bytes zero_r = rfc_signature_;
  std::fill(zero_r.begin(), zero_r.begin() + 32, std::uint8_t{0});
  Bytes zero_s = rfc_signature_;
  std::fill(zero_s.begin() + 32, zero_s.end(), std::uint8_t{0});
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, {})) << "none";
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, all.first(63))) << "a byte short";
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, longer)) << "a byte long";
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, Bytes(64))) << "zeros (CVE-2022-21449)";
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, zero_r)) << "r is zero";
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, zero_s)) << "s is zero";
  EXPECT_FALSE(verify(rfc_key_, kEs256RfcInput, Bytes(64, 0xff)))
      << "beyond the order of the curve";
}

TEST_F(Es256, RefusesAPublicKeyOfAnotherKid) {
  rfc_key_.kid = stored_key(es256_->make_key().value()).kid;
  const auto verifier = es256_->open_verifier(rfc_key_);
  ASSERT_FALSE(verifier);
  EXPECT_EQ(verifier.error().code, ErrorCode::internal);
}

TEST_F(Es256, RefusesAPointThatIsNotOnTheCurve) {
  P256Point point = parse_p256_jwk(kEs256RfcJwk).value();
  point.y[31] ^= 1;
  EXPECT_FALSE(es256_->open_verifier(stored_key(point)));
  EXPECT_FALSE(es256_->open_verifier(stored_key(P256Point{})));
}

TEST_F(Es256, RefusesAPrivateKeyOfAnotherPublicKey) {
  const KeyPair other = es256_->make_key().value();
  const auto signer = es256_->open_signer(rfc_key_, other.private_key.reveal());
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, ErrorCode::internal);
}

TEST_F(Es256, RefusesAPrivateKeyOutOfRange) {
  const Bytes right = from_base64url(kEs256RfcPrivate).value();
  EXPECT_FALSE(es256_->open_signer(rfc_key_, {})) << "none";
  EXPECT_FALSE(es256_->open_signer(rfc_key_, ByteView(right).first(31))) << "a byte short";
  EXPECT_FALSE(es256_->open_signer(rfc_key_, Bytes(32))) << "zero";
  EXPECT_FALSE(es256_->open_signer(rfc_key_, Bytes(32, 0xff))) << "beyond the order of the curve";
}

TEST_F(Es256, VerifiesTheSignatureOfTheRfc) {
  EXPECT_TRUE(verify(rfc_key_, kEs256RfcInput, rfc_signature_));
}

TEST_F(Es256, SignsWithThePrivateKeyOfTheRfc) {
  const Bytes private_key = from_base64url(kEs256RfcPrivate).value();
  const auto signer = es256_->open_signer(rfc_key_, private_key);
  ASSERT_TRUE(signer);
  const Bytes signature = (*signer)->sign("anything").value();
  EXPECT_TRUE(verify(rfc_key_, "anything", signature));
  EXPECT_FALSE(verify(rfc_key_, "something", signature));
}

TEST_F(Es256, PadsShortNumbersOfASignature) {
  // r or s has a leading zero byte once in 128 signatures.
  const KeyPair pair = es256_->make_key().value();
  const SigningKey key = stored_key(pair);
  const auto signer = es256_->open_signer(key, pair.private_key.reveal()).value();
  for (int i = 0; i < 600; ++i) {
    const std::string input = std::to_string(i);
    const Bytes signature = signer->sign(input).value();
    ASSERT_EQ(signature.size(), 64U);
    ASSERT_TRUE(verify(key, input, signature)) << i;
  }
}

TEST_F(Es256, GeneratesADifferentKeyEachTime) {
  const KeyPair one = es256_->make_key().value();
  const KeyPair two = es256_->make_key().value();
  EXPECT_NE(one.kid, two.kid);
  EXPECT_EQ(one.private_key.size(), 32U);
  EXPECT_EQ(one.kid, thumbprint(parse_p256_jwk(one.public_jwk).value()));
}

/// One ASN.1 INTEGER of the DER form, without the leading zeros of the raw one.
Bytes to_der_integer(ByteView number) {
  while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
  Bytes der = {0x02, static_cast<std::uint8_t>(number.size())};
  if (number.front() >= 0x80) {
    ++der[1];
    der.push_back(0);
  }
  der.insert(der.end(), number.begin(), number.end());
  return der;
}

Bytes to_der_signature(ByteView raw) {
  Bytes der = {0x30, 0};
  for (const ByteView half : {raw.first(32), raw.last(32)}) {
    const Bytes integer = to_der_integer(half);
    der.insert(der.end(), integer.begin(), integer.end());
  }
  der[1] = static_cast<std::uint8_t>(der.size() - 2);
  return der;
}

/// SubjectPublicKeyInfo (RFC 5480) of a P-256 key.
Bytes to_der_key(const P256Point& point) {
  Bytes der = from_hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
  der.insert(der.end(), point.x.begin(), point.x.end());
  der.insert(der.end(), point.y.begin(), point.y.end());
  return der;
}

/// The exit status of `openssl dgst -verify`: an implementation of its own of all that is around the
/// curve. A folder of its own per process, because tests run side by side.
class OpenSslCommand {
 public:
  OpenSslCommand() {
    std::string pattern = ::testing::TempDir() + "ptkl-openssl-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~OpenSslCommand() { std::filesystem::remove_all(folder_); }
  OpenSslCommand(const OpenSslCommand&) = delete;
  OpenSslCommand& operator=(const OpenSslCommand&) = delete;

  int verify(const P256Point& key, std::string_view input, ByteView signature) const {
    write("key.der", as_text(to_der_key(key)));
    write("signature.der", as_text(to_der_signature(signature)));
    write("input", input);
    const std::string command = "cd '" + folder_.string() +
                                "' && openssl dgst -sha256 -verify key.der -keyform DER "
                                "-signature signature.der input >/dev/null 2>&1";
    return std::system(command.c_str());
  }

 private:
  void write(const char* name, std::string_view content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  std::filesystem::path folder_;
};

TEST_F(Es256, MakesSignaturesThatTheOpenSslCommandVerifies) {
  const KeyPair pair = es256_->make_key().value();
  const auto signer = es256_->open_signer(stored_key(pair), pair.private_key.reveal()).value();
  const P256Point point = parse_p256_jwk(pair.public_jwk).value();
  const OpenSslCommand openssl;
  for (const std::string input : {"", "header.payload", "x"}) {
    const Bytes signature = signer->sign(input).value();
    EXPECT_EQ(openssl.verify(point, input, signature), 0);
    EXPECT_NE(openssl.verify(point, input + "!", signature), 0);
  }
}

}  // namespace
}  // namespace ptkl::crypto
