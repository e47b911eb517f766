// The part of the conformance suite about signing keys.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

Store::Body insert(const SigningKeyDetails& key) {
  return [key](Transaction& transaction) { return transaction.signing_keys().insert(key); };
}

std::vector<std::string> kids_of(const std::vector<SigningKeyDetails>& keys) {
  std::vector<std::string> kids;
  kids.reserve(keys.size());
  for (const SigningKeyDetails& key : keys) kids.push_back(key.key.kid);
  return kids;
}

SigningKeyDetails next_key(const Project& project, const std::string& kid) {
  SigningKeyDetails key = make_signing_key(project.id, kid);
  key.status = SigningKeyStatus::next;
  key.activated_at.reset();
  return key;
}

SigningKeyDetails retired_key(const Project& project, const std::string& kid, Timestamp at) {
  SigningKeyDetails key = make_signing_key(project.id, kid);
  key.status = SigningKeyStatus::retired;
  key.retired_at = at;
  return key;
}

void expect_same_key(const SigningKey& found, const SigningKey& stored) {
  EXPECT_EQ(found.project, stored.project);
  EXPECT_EQ(found.kid, stored.kid);
  EXPECT_EQ(found.algorithm, stored.algorithm);
  EXPECT_EQ(found.wrapped_key, stored.wrapped_key);
  EXPECT_EQ(found.public_jwk, stored.public_jwk);
  EXPECT_EQ(found.created_at, stored.created_at);
}

TEST_P(StoreConformance, RejectsASigningKeyWithAnExistingId) {
  add_signing_key(make_signing_key(acme_.id, "kid"));
  EXPECT_EQ(refusal(insert(next_key(acme_, "kid"))), ErrorCode::conflict);
}

TEST_P(StoreConformance, RejectsASecondActiveOrNextSigningKey) {
  add_signing_key(make_signing_key(acme_.id, "active"));
  add_signing_key(next_key(acme_, "next"));
  EXPECT_EQ(refusal(insert(make_signing_key(acme_.id, "more"))), ErrorCode::conflict);
  EXPECT_EQ(refusal(insert(next_key(acme_, "more"))), ErrorCode::conflict);
  EXPECT_EQ(refusal(insert(make_signing_key(other_.id, "more"))), std::nullopt);
}

TEST_P(StoreConformance, FindsNoSigningKeyOfAnotherProject) {
  add_signing_key(make_signing_key(acme_.id, "kid"));
  EXPECT_FALSE(find_key(other_, "kid"));
  EXPECT_TRUE(list_keys(other_).empty());
}

TEST_P(StoreConformance, ChangesAndErasesNoSigningKeyOfAnotherProject) {
  add_signing_key(make_signing_key(acme_.id, "kid"));
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.signing_keys().update(make_signing_key(other_.id, "kid"));
            }),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.signing_keys().erase(other_.id, "kid");
            }),
            ErrorCode::not_found);
  EXPECT_TRUE(find_key(acme_, "kid"));
}

TEST_P(StoreConformance, FindsASigningKeyAsItWasStored) {
  const SigningKey stored = make_signing_key(acme_.id, "kid").key;
  add_signing_key(make_signing_key(acme_.id, "kid"));
  expect_same_key(find_key(acme_, "kid").value(), stored);
}

TEST_P(StoreConformance, FindsNoActiveSigningKeyAmongTheOthersAndThoseOfAnotherProject) {
  add_signing_key(make_signing_key(other_.id, "of-another"));
  add_signing_key(next_key(acme_, "next"));
  add_signing_key(retired_key(acme_, "retired", moment(1)));
  EXPECT_FALSE(find_active_key(acme_));
}

TEST_P(StoreConformance, FindsTheActiveSigningKeyAsItWasStored) {
  const SigningKey stored = make_signing_key(acme_.id, "active").key;
  add_signing_key(next_key(acme_, "next"));
  add_signing_key(retired_key(acme_, "retired", moment(1)));
  add_signing_key(make_signing_key(acme_.id, "active"));
  expect_same_key(find_active_key(acme_).value(), stored);
}

TEST_P(StoreConformance, ListsSigningKeysActiveThenNextThenInOrderOfRetirement) {
  add_signing_key(retired_key(acme_, "a-retired-last", moment(2)));
  add_signing_key(retired_key(acme_, "z-retired-first", moment(1)));
  add_signing_key(next_key(acme_, "b-next"));
  add_signing_key(make_signing_key(acme_.id, "y-active"));
  EXPECT_EQ(kids_of(list_keys(acme_)),
            (std::vector<std::string>{"y-active", "b-next", "z-retired-first", "a-retired-last"}));
}

TEST_P(StoreConformance, KeepsStatusAndTimesOfSigningKeys) {
  SigningKeyDetails next = next_key(acme_, "next");
  next.activates_at = moment(7);
  add_signing_key(make_signing_key(acme_.id, "active"));
  add_signing_key(next);
  add_signing_key(retired_key(acme_, "retired", moment(9)));
  const auto keys = list_keys(acme_);
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0].status, SigningKeyStatus::active);
  EXPECT_EQ(keys[0].activated_at, moment(0));
  EXPECT_EQ(keys[0].activates_at, std::nullopt);
  EXPECT_EQ(keys[1].status, SigningKeyStatus::next);
  EXPECT_EQ(keys[1].activates_at, moment(7));
  EXPECT_EQ(keys[1].activated_at, std::nullopt);
  EXPECT_EQ(keys[2].status, SigningKeyStatus::retired);
  EXPECT_EQ(keys[2].retired_at, moment(9));
}

TEST_P(StoreConformance, ReplacesTheActiveSigningKeyInOneTransaction) {
  add_bot();
  allocate_slots(acme_, {1});
  add_secret(acme_, make_secret(2, kBot));
  add_signing_key(next_key(acme_, "next"));
  write([&](Transaction& transaction) -> Result<void> {
    auto& keys = transaction.signing_keys();
    SigningKeyDetails old = retired_key(acme_, "acme-key", moment(5));
    old.key.wrapped_key = "";
    if (auto done = keys.update(old); !done) return done;
    if (auto done = keys.update(make_signing_key(acme_.id, "next")); !done) return done;
    return keys.insert(next_key(acme_, "following"));
  });
  EXPECT_EQ(kids_of(list_keys(acme_)), (std::vector<std::string>{"next", "following", "acme-key"}));
  EXPECT_EQ(find_key(acme_, "acme-key")->wrapped_key, "");
  EXPECT_EQ(find_client_record(acme_, secret_id(2))->signing_key.kid, "next");
}

TEST_P(StoreConformance, ErasesASigningKey) {
  add_signing_key(make_signing_key(acme_.id, "active"));
  add_signing_key(retired_key(acme_, "retired", moment(1)));
  write([&](Transaction& transaction) {
    return transaction.signing_keys().erase(acme_.id, "retired");
  });
  EXPECT_FALSE(find_key(acme_, "retired"));
  EXPECT_EQ(kids_of(list_keys(acme_)), std::vector<std::string>{"active"});
}

}  // namespace
}  // namespace ptkl::storage
