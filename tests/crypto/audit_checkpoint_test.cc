#include "crypto/audit_checkpoint.h"

#include <gtest/gtest.h>

#include "crypto/audit_signer.h"
#include "crypto/jws.h"
#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {
namespace {

const Uuid kAcme = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b");
const Uuid kOther = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c");
const AuditCheckpoint kCheckpoint{
    "https://id.example.com/projects/acme", 3, "before", 7, "last", 1'767'600'000};

class AuditCheckpoints : public ::testing::Test {
 protected:
  std::string sign(const Uuid& project, const AuditCheckpoint& checkpoint = kCheckpoint) {
    return signer_->sign(project, checkpoint).value();
  }
  bool is_valid(std::string_view jws) {
    return verify_audit_checkpoint(jws, signer_->public_jwk(kAcme)).has_value();
  }

  const MasterKey master_key_ = MasterKey::make();
  std::unique_ptr<AuditSigner> signer_ = make_audit_signer(master_key_);
};

TEST(AuditHash, IsSha256InBase64url) {
  // FIPS 180-4's example, `abc`.
  EXPECT_EQ(audit_hash("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

TEST_F(AuditCheckpoints, RefuseAnotherProjectsKey) { EXPECT_FALSE(is_valid(sign(kOther))); }

TEST_F(AuditCheckpoints, RefuseAnotherMasterKey) {
  EXPECT_FALSE(is_valid(make_audit_signer(MasterKey::make())->sign(kAcme, kCheckpoint).value()));
}

TEST_F(AuditCheckpoints, RefuseEveryChangedByte) {
  const std::string jws = sign(kAcme);
  for (std::size_t i = 0; i < jws.size(); ++i) {
    std::string changed = jws;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(is_valid(changed)) << i;
  }
}

TEST_F(AuditCheckpoints, RefuseOtherPayloads) {
  for (const std::string_view text : {"", ".", "..", "a.b.c", "no jws at all"}) {
    EXPECT_FALSE(is_valid(text)) << text;
  }
}

TEST_F(AuditCheckpoints, RefuseImpossibleNumbers) {
  AuditCheckpoint backwards = kCheckpoint;
  backwards.number = 2;
  EXPECT_FALSE(is_valid(sign(kAcme, backwards)));
  AuditCheckpoint before_the_first = kCheckpoint;
  before_the_first.first = 0;
  EXPECT_FALSE(is_valid(sign(kAcme, before_the_first)));
}

TEST_F(AuditCheckpoints, ReportAnInvalidKey) {
  const auto checkpoint = verify_audit_checkpoint(sign(kAcme), R"({"kty":"EC"})");
  ASSERT_FALSE(checkpoint);
  EXPECT_EQ(checkpoint.error().code, ErrorCode::invalid_argument);
}

TEST_F(AuditCheckpoints, RoundTrip) {
  const auto checkpoint = verify_audit_checkpoint(sign(kAcme), signer_->public_jwk(kAcme));
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(to_claims(*checkpoint), to_claims(kCheckpoint));
}

TEST_F(AuditCheckpoints, AreNotAcceptedAsAccessTokens) {
  const std::string jws = sign(kAcme);
  EXPECT_FALSE(decode_header(split_jws(jws)->header));
}

TEST_F(AuditCheckpoints, HaveOneKeyPerMasterKey) {
  EXPECT_EQ(make_audit_signer(master_key_)->public_jwk(kAcme), signer_->public_jwk(kAcme));
  EXPECT_NE(signer_->public_jwk(kAcme), signer_->public_jwk(kOther));
}

}  // namespace
}  // namespace ptkl::crypto
