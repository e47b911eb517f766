// What somebody may send in the place of an access token.
#include <gtest/gtest.h>

#include "crypto/es256.h"
#include "crypto/forge.h"
#include "crypto/hmac_sha256.h"
#include "crypto/jws.h"
#include "crypto/key_store.h"

namespace ptkl::crypto {
namespace {

struct BadToken {
  std::string what;
  std::string token;
};

class Tampering : public testing::Test {
 protected:
  void expect_refused(std::string_view token) {
    const auto verified = store_->verify(token, forge_.key());
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, ErrorCode::unauthenticated);
  }

  void expect_refused(const std::vector<BadToken>& tokens) {
    for (const BadToken& row : tokens) {
      SCOPED_TRACE(row.what);
      expect_refused(row.token);
    }
  }

  std::string header_with(std::string_view part, std::string_view replacement) const {
    std::string header = forge_.header();
    return header.replace(header.find(part), part.size(), replacement);
  }

  Forge forge_;
  std::unique_ptr<KeyStore> store_ = make_key_store(MasterKey::make());
  std::string good_ = forge_.sign(forge_.header(), sample_claims());
  JwsSegments segments_ = split_jws(good_).value();
};

TEST_F(Tampering, OfAnyByteIsNoticed) {
  for (std::size_t i = 0; i < good_.size(); ++i) {
    SCOPED_TRACE(i);
    std::string changed = good_;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    expect_refused(changed);
  }
}

TEST_F(Tampering, ByTruncationIsNoticed) {
  for (std::size_t size = 0; size < good_.size(); ++size) {
    SCOPED_TRACE(size);
    expect_refused(std::string_view(good_).substr(0, size));
  }
}

TEST_F(Tampering, WithTheAlgorithmIsNoticed) {
  const std::string input(segments_.signing_input);
  const std::string payload(segments_.payload);
  const auto unsigned_with = [&](std::string_view header) {
    return to_base64url(as_bytes(header)) + "." + payload + ".";
  };
  const std::string hs256 = header_with("ES256", "HS256");
  const std::string hs256_input = to_base64url(as_bytes(hs256)) + "." + payload;
  const HmacSha256 public_key_as_secret(as_bytes(forge_.key().public_jwk));
  expect_refused({
      {"none, without a signature", unsigned_with(header_with("ES256", "none"))},
      {"None", unsigned_with(header_with("ES256", "None"))},
      {"none, with the old signature",
       unsigned_with(header_with("ES256", "none")) + std::string(segments_.signature)},
      {"ES256 without a signature", input + "."},
      {"HS256 under the public key",
       hs256_input + "." + to_base64url(public_key_as_secret.hash(hs256_input))},
      {"ES256 in lower case, signed", forge_.sign(header_with("ES256", "es256"), sample_claims())},
      {"ES384, signed", forge_.sign(header_with("ES256", "ES384"), sample_claims())},
      {"no alg, signed", forge_.sign(header_with(R"("alg":"ES256",)", ""), sample_claims())},
      {"zeros for a signature", input + "." + to_base64url(Bytes(64))},
  });
}

TEST_F(Tampering, WithTheHeaderIsNoticedEvenWhenItIsSigned) {
  const auto signed_with = [&](std::string_view part, std::string_view replacement) {
    return forge_.sign(header_with(part, replacement), sample_claims());
  };
  expect_refused({
      {"kid of another key", signed_with(forge_.key().kid, Forge().key().kid)},
      {"kid a path", signed_with(forge_.key().kid, "../../dev/null")},
      {"typ JWT", signed_with("at+jwt", "JWT")},
      {"no typ", signed_with(R"("typ":"at+jwt",)", "")},
      {"crit", signed_with(R"("alg")", R"("crit":["b64"],"b64":false,"alg")")},
      {"alg twice", signed_with(R"("alg")", R"("alg":"none","alg")")},
  });
}

TEST_F(Tampering, WithTheFormIsNoticed) {
  const std::string header(segments_.header);
  const std::string payload(segments_.payload);
  const std::string signature(segments_.signature);
  expect_refused({
      {"empty", ""},
      {"a space before", " " + good_},
      {"a newline behind", good_ + "\n"},
      {"a space behind", good_ + " "},
      {"a zero byte behind", good_ + std::string(1, '\0')},
      {"a fourth segment", good_ + ".x"},
      {"an empty fourth segment", good_ + "."},
      {"signature padded", good_ + "=="},
      {"signature with another byte", good_ + "AA"},
      {"a space inside", header + ". " + payload + "." + signature},
      {"header padded, signed", forge_.sign_encoded(header + "=", payload)},
      {"payload padded, signed", forge_.sign_encoded(header, payload + "=")},
      {"payload not base64url, signed", forge_.sign_encoded(header, payload + "+/")},
      {"payload empty, signed", forge_.sign_encoded(header, "")},
      {"too long, signed",
       forge_.sign(forge_.header(), std::string(kMaxTokenSize, ' ') + sample_claims())},
      {"far too long", std::string(1'000'000, 'A') + "." + payload + "." + signature},
      {"dots", std::string(1'000'000, '.')},
  });
}

TEST_F(Tampering, WithTheClaimsIsNoticedEvenWhenTheyAreSigned) {
  const std::string claims = sample_claims();
  const auto signed_claims = [&](const std::string& json) {
    return forge_.sign(forge_.header(), json);
  };
  std::string negative = claims;
  negative.replace(negative.find(R"("exp":1)"), 7, R"("exp":-1)");
  expect_refused({
      {"no JSON", signed_claims("claims")},
      {"no object", signed_claims("[" + claims + "]")},
      {"a claim twice", signed_claims(R"({"exp":9999999999,)" + claims.substr(1))},
      {"exp negative", signed_claims(negative)},
      {"two objects", signed_claims(claims + claims)},
      {"nested too deeply", signed_claims(R"({"x":)" + std::string(100, '[') +
                                          std::string(100, ']') + "," + claims.substr(1))},
      {"not UTF-8", signed_claims("{\"x\":\"\xff\"," + claims.substr(1))},
  });
}

TEST_F(Tampering, BySigningWithAnotherKeyIsNoticed) {
  const Forge other;
  expect_refused(other.sign(other.header(), sample_claims()));
  expect_refused(other.sign(forge_.header(), sample_claims()));
}

TEST_F(Tampering, ByMixingTwoGoodTokensIsNoticed) {
  std::string longer = sample_claims();
  longer.replace(longer.find("1700003600"), 10, "1700090000");
  const std::string second = forge_.sign(forge_.header(), longer);
  const JwsSegments other = split_jws(second).value();
  expect_refused(std::string(other.signing_input) + "." + std::string(segments_.signature));
  expect_refused(std::string(segments_.signing_input) + "." + std::string(other.signature));
}

TEST_F(Tampering, WithTheStoredPublicKeyIsAFaultOfOurs) {
  SigningKey broken = forge_.key();
  broken.public_jwk = Forge().key().public_jwk;
  const auto verified = store_->verify(good_, broken);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::internal);
}

TEST_F(Tampering, LeavesNoTraceForTheNextToken) {
  expect_refused(good_.substr(0, good_.size() - 4) + "AAAA");
  EXPECT_TRUE(store_->verify(good_, forge_.key()));
}

TEST_F(Tampering, MakesNoKeyWorthLookingFor) {
  for (const std::string& token : {std::string(), std::string("a.b.c"), good_ + ".x",
                                   forge_.sign(header_with("at+jwt", "JWT"), sample_claims()),
                                   forge_.sign(header_with(forge_.key().kid, "../x"), "{}")}) {
    const auto kid = store_->key_id(token);
    ASSERT_FALSE(kid);
    EXPECT_EQ(kid.error().code, ErrorCode::unauthenticated);
  }
}

}  // namespace
}  // namespace ptkl::crypto
