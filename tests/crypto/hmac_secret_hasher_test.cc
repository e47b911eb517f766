#include "crypto/hmac_secret_hasher.h"

#include <gtest/gtest.h>

#include "crypto/hex.h"
#include "crypto/hmac_sha256.h"
#include "crypto/random.h"

namespace ptkl::crypto {
namespace {

class HmacSecretHasher : public ::testing::Test {
 protected:
  MasterKey master_key_ = MasterKey::make();
  std::unique_ptr<SecretHasher> hasher_ = make_secret_hasher(master_key_);
  Secret secret_ = Secret::make(*make_random_source());
};

TEST_F(HmacSecretHasher, DistinguishesSecrets) {
  const Secret other = Secret::make(*make_random_source());
  EXPECT_FALSE(hasher_->equal(hasher_->hash(secret_), hasher_->hash(other)));
}

TEST_F(HmacSecretHasher, HashesDifferentlyUnderAnotherMasterKey) {
  const auto other = make_secret_hasher(MasterKey::make());
  EXPECT_FALSE(hasher_->equal(hasher_->hash(secret_), other->hash(secret_)));
}

TEST_F(HmacSecretHasher, ComparesEveryByteOfADigest) {
  const Digest digest = hasher_->hash(secret_);
  for (std::size_t i = 0; i < digest.size(); ++i) {
    Digest changed = digest;
    changed[i] ^= 1;
    EXPECT_FALSE(hasher_->equal(digest, changed)) << "byte " << i;
  }
}

TEST_F(HmacSecretHasher, VerifiesASecret) {
  const auto again = make_secret_hasher(master_key_);
  EXPECT_TRUE(hasher_->equal(hasher_->hash(secret_), again->hash(secret_)));
}

TEST_F(HmacSecretHasher, HashesTheWholeTextUnderItsOwnDerivedKey) {
  const SecretBytes key = master_key_.derive("secret hash v1");
  EXPECT_EQ(to_hex(hasher_->hash(secret_)),
            to_hex(HmacSha256(key.reveal()).hash(secret_.text().reveal())));
}

TEST_F(HmacSecretHasher, HashesInvitationsUnderAnotherKey) {
  const InvitationToken token = InvitationToken::make(*make_random_source());
  const SecretBytes key = master_key_.derive("invitation hash v1");
  const Digest digest = hasher_->hash(token);
  EXPECT_EQ(to_hex(digest), to_hex(HmacSha256(key.reveal()).hash(token.text().reveal())));
  const SecretBytes of_secrets = master_key_.derive("secret hash v1");
  EXPECT_NE(to_hex(digest), to_hex(HmacSha256(of_secrets.reveal()).hash(token.text().reveal())));
}

}  // namespace
}  // namespace ptkl::crypto
