#include <gtest/gtest.h>

#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"
#include "crypto/stored_key.h"

namespace ptkl::crypto {
namespace {

// RFC 7515 A.2: the modulus, the whole private key (its numbers as PKCS#8), and what it signs.
constexpr std::string_view kRfcModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt"
    "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX"
    "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
    "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
constexpr std::string_view kRs256RfcPrivate =
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh-BYK4uPJtGXOjS1lYmM2K5J9vinh8CR3_BYl"
    "zJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxLaYk8wTM_U-3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8T"
    "A5a8bpvfbr3SvaNnjuygxmj3AbONv_s4yDQs4v5tJ_reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5ROjtZMEQ"
    "xrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkftoaHLFcW9Qr4NY2ai50Xw0Byj3-H2JoY"
    "2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHgVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZ"
    "D50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn"
    "2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZH"
    "HzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB"
    "4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0KpLttoLhyt3SmqdEf_kgHePDd"
    "tzEafpAu-cS191R2JiuoF2yzWXnwFDcqGigp5BNr0AHQfD8_Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDn"
    "Ed3BbVWG8qf6deqElMGAg-C2V0L4oNXnP7LZcPAZRwKBgQC5A8R-CZW2MvRTLLHzwZkUXV866cff7tx6kqa0finG"
    "G0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAPrq3rbAOal78eUH5OcED6eNuCV8ixEu1e"
    "WcPNCS_l1OW1EnXUEoEHKl54Xrrz2uNwkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7"
    "_Ls5bkUp5u9SN0Ai3Ya6hNnvWJMb7sXQX6U_zyO2M_hTip7tUeh7CXgwo59dkpN75gJLVds29-DAncu3KXU4f2Fa"
    "-7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf_evpitUf-4JYbLpvNXWcY052Mpz22aR84mY3nh3F2"
    "LF2mjMJDpTg7FmuyPcVw6EcGyoAe9fa65iNqCq-jdw6PVNGo2hxfjSiZ8IIzHdsPXI89__pMjZcQK9r-CCoRjaZj"
    "OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVu"
    "uM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9Sb"
    "sxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U";
constexpr std::string_view kRs256RfcInput =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx"
    "lLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kRs256RfcSignature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
    "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
    "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
    "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

std::string jwk(std::string_view n) {
  return R"({"kty":"RSA","n":")" + std::string(n) + R"(","e":"AQAB"})";
}

class Rs256Test : public ::testing::Test {
 protected:
  bool verify(const SigningKey& key, std::string_view input, ByteView signature) const {
    return rs256_->open_verifier(key).value()->verify(input, signature);
  }

  std::unique_ptr<JwsAlgorithm> rs256_ = make_rs256();
  SigningKey rfc_key_ = stored_key(parse_rsa_jwk(jwk(kRfcModulus)).value());
  Bytes rfc_private_ = from_base64url(kRs256RfcPrivate).value();
  Bytes rfc_signature_ = from_base64url(kRs256RfcSignature).value();
};

TEST_F(Rs256Test, RefusesAnotherInput) {
  EXPECT_FALSE(verify(rfc_key_, std::string(kRs256RfcInput) + "A", rfc_signature_));
  EXPECT_FALSE(verify(rfc_key_, "", rfc_signature_));
}

TEST_F(Rs256Test, RefusesEveryChangedByteOfASignature) {
  for (std::size_t i = 0; i < rfc_signature_.size(); ++i) {
    Bytes changed = rfc_signature_;
    changed[i] ^= 1;
    EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, changed)) << "byte " << i;
  }
}

TEST_F(Rs256Test, RefusesSignaturesOfAnotherForm) {
  Bytes longer = rfc_signature_;
  longer.push_back(0);
  Bytes shifted = rfc_signature_;
  shifted.insert(shifted.begin(), 0);
  EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, {})) << "none";
  EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, ByteView(rfc_signature_).first(255)))
      << "a byte short";
  EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, longer)) << "a byte long";
  EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, shifted)) << "a zero before it";
  EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, Bytes(256))) << "zeros";
  EXPECT_FALSE(verify(rfc_key_, kRs256RfcInput, Bytes(256, 0xff))) << "beyond the modulus";
}

TEST_F(Rs256Test, RefusesAPublicKeyOfAnotherKid) {
  rfc_key_.kid = rs256_->make_key().value().kid;
  const auto verifier = rs256_->open_verifier(rfc_key_);
  ASSERT_FALSE(verifier);
  EXPECT_EQ(verifier.error().code, ErrorCode::internal);
}

TEST_F(Rs256Test, RefusesAnotherPrivateKey) {
  const KeyPair other = rs256_->make_key().value();
  Bytes longer = rfc_private_;
  longer.push_back(0);
  Bytes garbled = rfc_private_;
  garbled.front() ^= 1;
  const ByteView all(rfc_private_);
  EXPECT_FALSE(rs256_->open_signer(rfc_key_, {})) << "none";
  EXPECT_FALSE(rs256_->open_signer(rfc_key_, all.first(all.size() - 1))) << "a byte short";
  EXPECT_FALSE(rs256_->open_signer(rfc_key_, longer)) << "a byte long";
  EXPECT_FALSE(rs256_->open_signer(rfc_key_, garbled)) << "no DER";
  EXPECT_FALSE(rs256_->open_signer(rfc_key_, Bytes(32, 7))) << "of another algorithm";
  const auto signer = rs256_->open_signer(rfc_key_, other.private_key.reveal());
  ASSERT_FALSE(signer) << "of another key";
  EXPECT_EQ(signer.error().code, ErrorCode::internal);
}

TEST_F(Rs256Test, MatchesTheSignatureOfTheRfc) {
  const auto signer = rs256_->open_signer(rfc_key_, rfc_private_);
  ASSERT_TRUE(signer);
  EXPECT_EQ(to_base64url((*signer)->sign(kRs256RfcInput).value()), kRs256RfcSignature);
}

TEST_F(Rs256Test, VerifiesTheSignatureOfTheRfc) {
  EXPECT_TRUE(verify(rfc_key_, kRs256RfcInput, rfc_signature_));
}

TEST_F(Rs256Test, GeneratesKeysThatSignAndVerify) {
  const KeyPair pair = rs256_->make_key().value();
  const SigningKey key = stored_key(pair);
  const auto signer = rs256_->open_signer(key, pair.private_key.reveal());
  ASSERT_TRUE(signer);
  const Bytes signature = (*signer)->sign("anything").value();
  EXPECT_TRUE(verify(key, "anything", signature));
  EXPECT_FALSE(verify(rfc_key_, "anything", signature));
  EXPECT_NE(pair.kid, rfc_key_.kid);
}

}  // namespace
}  // namespace ptkl::crypto
