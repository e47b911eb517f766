// The part of the conformance suite about single revoked tokens.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

const Uuid kToken = uuid(50);

TEST_P(StoreConformance, ARevokedTokenIsInactive) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  EXPECT_TRUE(is_active(acme_, kBot, kToken));
  revoke_token(acme_, kToken, moment(100));
  EXPECT_FALSE(is_active(acme_, kBot, kToken));
}

TEST_P(StoreConformance, ARevokedTokenDoesNotAffectOthersOfItsSlot) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  revoke_token(acme_, kToken, moment(100));
  EXPECT_TRUE(is_active(acme_, kBot, uuid(51)));
}

TEST_P(StoreConformance, ATokenIsRevokedOnlyInItsProject) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  add_other_bot();
  add_secret(other_, make_secret(1, kOtherBot));
  revoke_token(other_, kToken, moment(100));
  EXPECT_TRUE(is_active(acme_, kBot, kToken));
  EXPECT_FALSE(is_active(other_, kOtherBot, kToken));
}

TEST_P(StoreConformance, ARevokedTokenMayBeRevokedAgainAndKeepsItsExpiry) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  revoke_token(acme_, kToken, moment(100));
  revoke_token(acme_, kToken, moment(10));
  EXPECT_EQ(erase_expired_tokens(moment(50)), 0);
  EXPECT_FALSE(is_active(acme_, kBot, kToken));
}

TEST_P(StoreConformance, ARevokedTokenRequiresAProject) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  EXPECT_NE(refusal([&](Transaction& t) {
              return t.revoked_tokens().insert(uuid(99), {kToken, {1}, moment(100)});
            }),
            std::nullopt);
}

TEST_P(StoreConformance, ErasesRevokedTokensAfterTheirExpiry) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  revoke_token(acme_, kToken, moment(100));
  revoke_token(other_, uuid(51), moment(100));
  revoke_token(acme_, uuid(52), moment(200));
  EXPECT_EQ(erase_expired_tokens(moment(99)), 0);
  EXPECT_EQ(erase_expired_tokens(moment(100)), 2);
  EXPECT_FALSE(is_active(acme_, kBot, uuid(52)));
}

TEST_P(StoreConformance, RevokedTokensAreErasedInBatchesOldestFirst) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  for (std::uint32_t n = 0; n < 5; ++n) revoke_token(acme_, uuid(50 + n), moment(100 + n));
  EXPECT_EQ(erase_expired_tokens(moment(103), 3), 3);
  EXPECT_FALSE(is_active(acme_, kBot, uuid(53)));
  EXPECT_EQ(erase_expired_tokens(moment(103), 3), 1);
  EXPECT_EQ(erase_expired_tokens(moment(103), 3), 0);
  EXPECT_FALSE(is_active(acme_, kBot, uuid(54)));
}

TEST_P(StoreConformance, RevokedTokensAreCountedAndErasedByTheirSlot) {
  const auto count = [this](const Project& project, std::int64_t slot) {
    return find<std::int64_t>([&](Transaction& transaction) {
      return transaction.revoked_tokens().count(project.id, {slot});
    });
  };
  EXPECT_EQ(count(acme_, 1), 0);
  revoke_token(acme_, uuid(50), moment(100));
  revoke_token(acme_, uuid(51), moment(100));
  revoke_token(acme_, uuid(51), moment(100));
  write([&](Transaction& transaction) {
    return transaction.revoked_tokens().insert(acme_.id, {uuid(52), {2}, moment(100)});
  });
  revoke_token(other_, uuid(53), moment(100));
  EXPECT_EQ(count(acme_, 1), 2);
  write(
      [&](Transaction& transaction) { return transaction.revoked_tokens().erase(acme_.id, {1}); });
  EXPECT_EQ(count(acme_, 1), 0);
  EXPECT_EQ(count(acme_, 2), 1);
  EXPECT_EQ(count(other_, 1), 1);
}

}  // namespace
}  // namespace ptkl::storage
