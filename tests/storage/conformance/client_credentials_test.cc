// The part of the conformance suite about secrets, credentials and their use.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

TEST_P(StoreConformance, AnUnknownSecretIsNotFound) {
  add_bot();
  EXPECT_FALSE(find_client_record(acme_, secret_id(1)));
}

TEST_P(StoreConformance, ACredentialIsNotFoundFromAnotherProject) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  EXPECT_FALSE(find_client_record(other_, secret_id(1)));
}

TEST_P(StoreConformance, AClientRecordContainsAllDataForAToken) {
  add_bot();
  ClientCredential secret = make_secret(1, kBot);
  secret.expires_at = moment(100);
  secret.works_until = moment(50);
  secret.revoked_at = moment(70);
  secret.last_used_at = moment(20);
  secret.last_used_from = "192.0.2.1";
  secret.replaced_at = moment(30);
  secret.until_idle = std::chrono::seconds(90);
  secret.due_at = moment(40);
  secret.slot = secret.slot.later(3);
  add_secret(acme_, secret);

  const ClientRecord found = find_client_record(acme_, secret_id(1)).value();
  EXPECT_EQ(found.project.id, acme_.id);
  EXPECT_EQ(found.project.token_lifetime, acme_.token_lifetime);
  EXPECT_EQ(found.project.resources.text(), acme_.resources.text());
  EXPECT_EQ(found.user.id, kBot);
  EXPECT_EQ(found.user.username.text(), "ci-bot");
  EXPECT_EQ(found.credential.id, secret.id);
  EXPECT_EQ(found.credential.api_user, kBot);
  EXPECT_EQ(found.credential.kind(), CredentialKind::secret);
  EXPECT_EQ(hash_of(found.credential), hash_of(secret));
  EXPECT_EQ(std::get<SharedSecret>(found.credential.verifier).hint, "abcd");
  EXPECT_EQ(found.credential.label, secret.label);
  EXPECT_EQ(found.credential.slot, secret.slot);
  EXPECT_EQ(found.credential.created_at, secret.created_at);
  EXPECT_EQ(found.credential.expires_at, secret.expires_at);
  EXPECT_EQ(found.credential.works_until, secret.works_until);
  EXPECT_EQ(found.credential.revoked_at, secret.revoked_at);
  EXPECT_EQ(found.credential.last_used_at, secret.last_used_at);
  EXPECT_EQ(found.credential.last_used_from, secret.last_used_from);
  EXPECT_EQ(found.credential.replaced_at, secret.replaced_at);
  EXPECT_EQ(found.credential.until_idle, secret.until_idle);
  EXPECT_EQ(found.credential.due_at, secret.due_at);
  EXPECT_EQ(found.credential.slot.generation(), 3);
  EXPECT_EQ(found.signing_key.kid, "acme-key");
  EXPECT_EQ(found.signing_key.project, acme_.id);
}

TEST_P(StoreConformance, ACredentialSignsWithTheActiveKeyAlone) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  SigningKeyDetails next = make_signing_key(acme_.id, "a-second-key");
  next.status = SigningKeyStatus::next;
  add_signing_key(next);
  EXPECT_EQ(find_client_record(acme_, secret_id(1)).value().signing_key.kid, "acme-key");
}

TEST_P(StoreConformance, RejectsAnExistingIdInTheProject) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  ClientCredential again = make_secret(1, kBot);
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.client_credentials().insert(acme_.id, again);
            }),
            ErrorCode::conflict);
}

TEST_P(StoreConformance, TwoProjectsMayHaveTheSameSecretId) {
  add_bot();
  add_other_bot();
  add_secret(acme_, make_secret(1, kBot));
  add_secret(other_, make_secret(1, kOtherBot));
  EXPECT_EQ(find_client_record(acme_, secret_id(1)).value().user.username.text(), "ci-bot");
  EXPECT_EQ(find_client_record(other_, secret_id(1)).value().user.username.text(), "other-bot");
}

TEST_P(StoreConformance, RejectsASecretWithoutAnApiUserOfTheProject) {
  add_bot();
  add_other_bot();
  for (const Uuid& user : {kOtherBot, uuid(99)}) {
    SCOPED_TRACE(user.text());
    EXPECT_EQ(refusal([&](Transaction& transaction) {
                return transaction.client_credentials().insert(acme_.id, make_secret(1, user));
              }),
              ErrorCode::not_found);
  }
}

TEST_P(StoreConformance, RejectsASlotThatWasNotAllocated) {
  add_bot();
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.client_credentials().insert(acme_.id, make_secret(1, kBot));
            }),
            ErrorCode::internal);
}

TEST_P(StoreConformance, AnUpdateOfASecretStoresOnlyItsSlotAndExpiry) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  ClientCredential changed = make_secret(1, kBot);
  changed.slot = {77};
  changed.works_until = moment(5);
  changed.revoked_at = moment(6);
  changed.replaced_at = moment(2);
  changed.until_idle = std::chrono::seconds(90);
  changed.due_at = moment(4);
  changed.label = "another label";
  changed.verifier = SharedSecret{Digest{0xee}, "wxyz"};
  write([&](Transaction& transaction) -> Result<void> {
    auto allocated = transaction.status_slots().allocate(acme_.id, changed.slot);
    if (!allocated) return failure(std::move(allocated.error()));
    return transaction.client_credentials().update(acme_.id, changed);
  });

  const ClientCredential found = find_bot().secrets.at(0);
  EXPECT_EQ(found.slot, StatusSlot{77});
  EXPECT_EQ(found.works_until, moment(5));
  EXPECT_EQ(found.revoked_at, moment(6));
  EXPECT_EQ(found.replaced_at, moment(2));
  EXPECT_EQ(found.until_idle, std::chrono::seconds(90));
  EXPECT_EQ(found.due_at, moment(4));
  EXPECT_EQ(found.label, "laptop");
  EXPECT_EQ(hash_of(found), hash_of(make_secret(1, kBot)));
}

TEST_P(StoreConformance, UpdateOfASecretOfAnotherProjectFindsNothing) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  ClientCredential changed = make_secret(1, kBot);
  changed.revoked_at = moment(6);
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.client_credentials().update(other_.id, changed);
            }),
            ErrorCode::not_found);
  EXPECT_FALSE(find_bot().secrets.at(0).revoked_at);
}

TEST_P(StoreConformance, ErasesASecretOnlyInItsProject) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  add_secret(acme_, make_secret(2, kBot));
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.client_credentials().erase(other_.id, secret_id(1));
            }),
            ErrorCode::not_found);
  write([&](Transaction& t) { return t.client_credentials().erase(acme_.id, secret_id(1)); });
  EXPECT_FALSE(find_client_record(acme_, secret_id(1)));
  EXPECT_TRUE(find_client_record(acme_, secret_id(2)));
}

TEST_P(StoreConformance, ListsDueSecretsOfAllProjectsInOrder) {
  add_bot();
  add_other_bot();
  const struct {
    std::uint32_t n;
    std::optional<Timestamp> due_at;
    bool of_other;
  } rows[] = {{1, moment(30), false},
              {2, moment(10), false},
              {3, moment(20), true},
              {4, moment(31), false},
              {5, std::nullopt, false}};
  for (const auto& row : rows) {
    ClientCredential secret = make_secret(row.n, row.of_other ? kOtherBot : kBot);
    secret.due_at = row.due_at;
    add_secret(row.of_other ? other_ : acme_, secret);
  }
  const auto due = [&](Timestamp now, std::int64_t limit) {
    const auto found = find<std::vector<Result<DueCredential>>>([&](Transaction& transaction) {
      return transaction.client_credentials().list_due(now, limit);
    });
    std::vector<CredentialId> ids;
    for (const Result<DueCredential>& one : found) {
      const Project& project = one->credential.api_user == kOtherBot ? other_ : acme_;
      EXPECT_EQ(one->project, project.id);
      EXPECT_EQ(one->token_lifetime, project.token_lifetime);
      ids.push_back(one->credential.id);
    }
    return ids;
  };
  EXPECT_EQ(due(moment(9), 10), std::vector<CredentialId>());
  EXPECT_EQ(due(moment(30), 10), (std::vector{secret_id(2), secret_id(3), secret_id(1)}));
  EXPECT_EQ(due(moment(30), 2), (std::vector{secret_id(2), secret_id(3)}));
}

TEST_P(StoreConformance, SecretsAreListedNewestFirstEvenWithinOneMillisecond) {
  add_bot();
  for (const std::uint32_t n : {5U, 3U, 9U}) add_secret(acme_, make_secret(n, kBot));
  std::vector<CredentialId> ids;
  for (const ClientCredential& secret : find_bot().secrets) ids.push_back(secret.id);
  EXPECT_EQ(ids, (std::vector{secret_id(9), secret_id(3), secret_id(5)}));
}

TEST_P(StoreConformance, RecordsTheLaterOfTwoUses) {
  add_bot();
  struct Row {
    const char* what;
    std::int64_t first;
    std::int64_t second;
    std::int64_t kept_at;
    const char* kept_from;
  };
  const Row rows[] = {
      {"an earlier use that is recorded late", 20, 10, 20, "first"},
      {"the same time", 20, 20, 20, "first"},
      {"a later use", 20, 30, 30, "second"},
  };
  std::uint32_t n = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    ++n;
    add_secret(acme_, make_secret(n, kBot));
    const CredentialUse first{acme_.id, secret_id(n), moment(row.first), "first"};
    const CredentialUse second{acme_.id, secret_id(n), moment(row.second), "second"};
    write([&](Transaction& t) {
      return t.client_credentials().record_uses(std::array{first, second});
    });
    const ClientCredential found = find_client_record(acme_, secret_id(n)).value().credential;
    EXPECT_EQ(found.last_used_at, moment(row.kept_at));
    EXPECT_EQ(found.last_used_from, row.kept_from);
  }
}

TEST_P(StoreConformance, UsesOfUnknownSecretsAndThoseOfOtherProjectsAreIgnored) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  const CredentialUse unknown{acme_.id, secret_id(8), moment(1), "unknown"};
  const CredentialUse foreign{other_.id, secret_id(1), moment(1), "foreign"};
  write([&](Transaction& t) {
    return t.client_credentials().record_uses(std::array{unknown, foreign});
  });
  EXPECT_FALSE(find_bot().secrets.at(0).last_used_at);
}

}  // namespace
}  // namespace ptkl::storage
