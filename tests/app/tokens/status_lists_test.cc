#include "app/tokens/status_lists.h"

#include <map>
#include <thread>

#include <gmock/gmock.h>

#include "app/access/project_transaction.h"
#include "crypto/deflated_bits.h"
#include "support/fuller_store.h"
#include "support/published_list.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;
using testing::PublishedList;

class StatusListsTest : public AppFixture {
 protected:
  SignedStatusList find(std::string_view project = "acme", std::string_view number = "0") {
    return expect_done(lists_.find(project, number));
  }
  PublishedList read(std::string_view project = "acme", std::string_view number = "0") {
    return PublishedList::of_token(*find(project, number));
  }

  /// Revokes a secret of a new API user of acme; returns its slot.
  StatusSlot revoke_one(std::string_view username, const AppContext& context) {
    const ApiUserDetails user = server_.make_api_user(username);
    const CreatedSecret made =
        expect_done(create_secret(context, server_.owner(), user.user.id, {}));
    expect_done(revoke_secrets(context, server_.owner(), user.user.id));
    return made.record.slot;
  }
  StatusSlot revoke_one(std::string_view username) { return revoke_one(username, context_); }

  const AppContext context_ = server_.context();
  StatusLists lists_{context_, &crypto::make_deflated_bits, {.ttl = 2s}};
};

TEST_F(StatusListsTest, AreNotFoundUnlessTheProjectHasThem) {
  const struct {
    const char* what;
    const char* project;
    const char* number;
  } rows[] = {
      {"an unknown project", "other", "0"},
      {"no name of a project", "ACME", "0"},
      {"a list that no slot can be in yet", "acme", "1"},
      {"no number", "acme", ""},
      {"a word", "acme", "first"},
      {"a negative number", "acme", "-1"},
      {"a negative zero", "acme", "-0"},
      {"a plus", "acme", "+0"},
      {"zeros in front", "acme", "00"},
      {"a space", "acme", " 0"},
      {"something behind", "acme", "0x"},
      {"a fraction", "acme", "0.0"},
      {"a number whose slots have none", "acme", "8796093022207"},
      {"the largest of 64 bits", "acme", "9223372036854775807"},
      {"one beyond 64 bits", "acme", "18446744073709551616"},
      {"another script's zero", "acme", "٠"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(code_of(lists_.find(row.project, row.number)), ErrorCode::not_found);
  }
}

TEST_F(StatusListsTest, ReportErrorsOfTheStore) {
  testing::FailingStore failing(*server_.store, ErrorCode::unavailable);
  const AppContext broken = server_.ports_over(failing);
  StatusLists lists(broken, &crypto::make_deflated_bits, {});
  EXPECT_EQ(code_of(lists.find("acme", "0")), ErrorCode::unavailable);
}

/// Fails at the first call.
class HesitantSigner final : public TokenSigner {
 public:
  explicit HesitantSigner(TokenSigner& inner) : inner_(inner) {}
  Result<std::string> sign(const SigningKey& key, const AccessToken& token) override {
    return inner_.sign(key, token);
  }
  Result<std::string> sign(const SigningKey& key, const StatusListToken& list) override {
    if (calls_++ == 0) return failure(ErrorCode::internal, "the key cannot be opened");
    return inner_.sign(key, list);
  }

 private:
  TokenSigner& inner_;
  int calls_ = 0;
};

TEST_F(StatusListsTest, AreCompleteAfterAFailedSignature) {
  const StatusSlot slot = revoke_one("bot");
  HesitantSigner signer(*server_.key_store);
  const AppContext context{context_.store,
                           context_.clock,
                           context_.random_source,
                           context_.secret_hasher,
                           context_.password_hasher,
                           context_.key_ring,
                           signer,
                           context_.token_verifier,
                           context_.audit_signer,
                           context_.last_used,
                           context_.log,
                           context_.public_url};
  StatusLists lists(context, &crypto::make_deflated_bits, {});
  EXPECT_EQ(code_of(lists.find("acme", "0")), ErrorCode::internal);
  const SignedStatusList list = expect_done(lists.find("acme", "0"));
  EXPECT_TRUE(PublishedList::of_token(*list).is_invalid(slot.index()));
}

TEST_F(StatusListsTest, HaveTheClaimsThatTheDraftRequires) {
  const std::string claims = testing::payload_of(*find());
  EXPECT_EQ(testing::text_member(claims, "iss"), "https://id.example.com/projects/acme");
  EXPECT_EQ(testing::text_member(claims, "sub"),
            StatusSlot{}.uri("https://id.example.com/projects/acme"));
  const std::int64_t now = to_unix_seconds(server_.clock.now());
  EXPECT_THAT(claims, ::testing::HasSubstr("\"iat\":" + std::to_string(now) + ','));
  EXPECT_THAT(claims, ::testing::HasSubstr("\"exp\":" + std::to_string(now + 300) + ','));
  EXPECT_THAT(claims, ::testing::HasSubstr(R"("ttl":2,)"));
}

TEST_F(StatusListsTest, ExpireAfterSixtyTtlsIfThatIsLonger) {
  StatusLists lists(context_, &crypto::make_deflated_bits, {.ttl = 10s});
  const std::int64_t end = to_unix_seconds(server_.clock.now()) + 600;
  EXPECT_THAT(testing::payload_of(*expect_done(lists.find("acme", "0"))),
              ::testing::HasSubstr("\"exp\":" + std::to_string(end) + ','));
}

// A retired key is published for 24 hours.
TEST_F(StatusListsTest, ExpireBeforeTheirSigningKeyIsDeleted) {
  StatusLists lists(context_, &crypto::make_deflated_bits, {.ttl = 1h});
  const std::int64_t end = to_unix_seconds(server_.clock.now() + 12h);
  EXPECT_THAT(testing::payload_of(*expect_done(lists.find("acme", "0"))),
              ::testing::HasSubstr("\"exp\":" + std::to_string(end) + ','));
}

TEST_F(StatusListsTest, ContainExactlyTheInvalidSlots) {
  EXPECT_EQ(read().count_invalid(), 0);
  const StatusSlot first = revoke_one("first");
  EXPECT_TRUE(read().is_invalid(first.index()));
  const StatusSlot second = revoke_one("second");
  const PublishedList list = read();
  EXPECT_TRUE(list.is_invalid(first.index()));
  EXPECT_TRUE(list.is_invalid(second.index()));
  EXPECT_EQ(list.count_invalid(), 2);
}

TEST_F(StatusListsTest, ContainInvalidationsFromBeforeTheFirstRequest) {
  const StatusSlot slot = revoke_one("first");
  EXPECT_TRUE(read().is_invalid(slot.index()));
}

TEST_F(StatusListsTest, AreSignedOnceWhileNothingChanges) {
  const SignedStatusList before = find();
  server_.clock.advance(149s);
  server_.make_secret(server_.make_api_user("bot"));
  EXPECT_EQ(find(), before) << "a new slot is valid, as unallocated ones are";
}

TEST_F(StatusListsTest, AreSignedAgainAfterHalfOfTheirLifetime) {
  const SignedStatusList before = find();
  server_.clock.advance(150s);
  EXPECT_NE(*find(), *before);
}

TEST_F(StatusListsTest, ReadOnlyNewInvalidations) {
  testing::CountingStore counting(*server_.store);
  const AppContext context = server_.ports_over(counting);
  StatusLists lists(context, &crypto::make_deflated_bits, {});
  const auto snapshots_of_find = [&] {
    const int before = counting.snapshots();
    expect_done(lists.find("acme", "0"));
    return counting.snapshots() - before;
  };
  EXPECT_EQ(snapshots_of_find(), 2);
  EXPECT_EQ(snapshots_of_find(), 1) << "nothing to read but that nothing is new";
  revoke_one("bot");
  EXPECT_EQ(snapshots_of_find(), 2);
  EXPECT_EQ(snapshots_of_find(), 1);
}

TEST_F(StatusListsTest, OfTwoProjectsAreIndependent) {
  server_.make_project("other");
  const SignedStatusList other = find("other");
  const StatusSlot slot = revoke_one("bot");
  EXPECT_EQ(find("other"), other);
  EXPECT_TRUE(read("acme").is_invalid(slot.index()));
  EXPECT_EQ(read("other").count_invalid(), 0);
}

TEST_F(StatusListsTest, ContinueInASecondListWhenTheFirstIsHalfFull) {
  // acme's owner has one slot already.
  testing::FullerStore almost(*server_.store, StatusSlot::kAllocatedPerList - 1);
  testing::FullerStore full(*server_.store, StatusSlot::kAllocatedPerList);
  const AppContext almost_ports = server_.ports_over(almost);
  const AppContext full_ports = server_.ports_over(full);
  StatusLists almost_lists(almost_ports, &crypto::make_deflated_bits, {});
  StatusLists full_lists(full_ports, &crypto::make_deflated_bits, {});
  EXPECT_EQ(code_of(almost_lists.find("acme", "1")), ErrorCode::not_found);
  EXPECT_TRUE(full_lists.find("acme", "1"));
  EXPECT_EQ(code_of(full_lists.find("acme", "2")), ErrorCode::not_found);
}

TEST_F(StatusListsTest, ContainOnlyTheirOwnSlots) {
  testing::FullerStore full(*server_.store, StatusSlot::kAllocatedPerList);
  const AppContext context = server_.ports_over(full);
  StatusLists lists(context, &crypto::make_deflated_bits, {});
  const SignedStatusList first = expect_done(lists.find("acme", "0"));
  const StatusSlot slot = revoke_one("bot", context);
  ASSERT_EQ(slot.list(), 1);
  const std::string second = *expect_done(lists.find("acme", "1"));
  EXPECT_TRUE(PublishedList::of_token(second).is_invalid(slot.index()));
  EXPECT_THAT(testing::text_member(testing::payload_of(second), "sub"),
              ::testing::EndsWith("/status-lists/1"));
  EXPECT_EQ(expect_done(lists.find("acme", "0")), first) << "nothing of it changed";
}

// Verifiers poll in turn, so with memory for fewer lists each verifier would find its list dropped.
TEST_F(StatusListsTest, OfHundredsOfProjectsStayInMemory) {
  std::map<std::string, SignedStatusList> lists;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "project-" + std::to_string(i);
    server_.make_project(name);
    lists[name] = find(name);
  }
  for (const auto& [name, list] : lists) EXPECT_EQ(find(name), list) << name;
}

class StatusListsInLittleMemory : public StatusListsTest {
 protected:
  SignedStatusList find_in(StatusLists& lists, std::string_view project) {
    return expect_done(lists.find(project, "0"));
  }
  std::size_t memory_of_one() {
    StatusListPublication one(0, &crypto::make_deflated_bits, 2s);
    const auto state = read_snapshot(*server_.store, [&](Transaction& transaction) {
      return read_status_list_state(transaction, server_.acme->project);
    });
    expect_done(one.update(context_, expect_done(state)));
    return one.memory_bytes();
  }
};

TEST_F(StatusListsInLittleMemory, AreReadAgainAfterTheyWereDropped) {
  StatusLists lists(context_, &crypto::make_deflated_bits, {.max_memory = memory_of_one() * 5 / 2});
  server_.make_project("second");
  server_.make_project("third");
  const SignedStatusList acme = find_in(lists, "acme");
  const SignedStatusList second = find_in(lists, "second");
  EXPECT_EQ(find_in(lists, "acme"), acme);
  find_in(lists, "third");
  EXPECT_EQ(find_in(lists, "acme"), acme) << "used after the second project's, so it stayed";
  EXPECT_NE(find_in(lists, "second"), second);
}

TEST_F(StatusListsInLittleMemory, MakeRoomForOneThatGrows) {
  StatusLists lists(context_, &crypto::make_deflated_bits, {.max_memory = memory_of_one() * 5 / 2});
  server_.make_project("second");
  const SignedStatusList second = find_in(lists, "second");
  find_in(lists, "acme");
  EXPECT_EQ(find_in(lists, "second"), second);
  const StatusSlot slot = revoke_one("bot");
  EXPECT_TRUE(PublishedList::of_token(*find_in(lists, "acme")).is_invalid(slot.index()));
  EXPECT_NE(find_in(lists, "second"), second);
}

TEST_F(StatusListsInLittleMemory, KeepTheLastListWhateverItsSize) {
  StatusLists lists(context_, &crypto::make_deflated_bits, {.max_memory = 1});
  const SignedStatusList acme = find_in(lists, "acme");
  EXPECT_EQ(find_in(lists, "acme"), acme);
}

/// Invalidated slots of acme, each added after the invalidation has returned.
class Revoked {
 public:
  void add(StatusSlot slot) {
    const std::lock_guard lock(mutex_);
    slots_.push_back(slot);
  }
  std::vector<StatusSlot> all() const {
    const std::lock_guard lock(mutex_);
    return slots_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<StatusSlot> slots_;
};

class ListsUnderLoad : public StatusListsTest {
 protected:
  static constexpr int kRevokers = 3;
  static constexpr int kRevocations = 300;

  void revoke_many(int first) {
    const Uuid project = server_.acme->project.id;
    for (int i = 0; i < kRevocations; ++i) {
      const StatusSlot slot{(first + i * kRevokers) * 1'009};
      expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
        auto claimed = transaction.status_slots().allocate(project, slot);
        if (!claimed) return failure(std::move(claimed.error()));
        return transaction.status_slots().invalidate(project, slot);
      }));
      revoked_.add(slot);
    }
  }

  /// Slots that were invalidated before the list was requested, but are valid in it.
  int count_missed() {
    const std::vector<StatusSlot> before = revoked_.all();
    const PublishedList list = read();
    int missed = 0;
    for (const StatusSlot& slot : before) missed += list.is_invalid(slot.index()) ? 0 : 1;
    return missed;
  }

  Revoked revoked_;
};

TEST_F(ListsUnderLoad, ContainEveryRevocationFromBeforeTheRequest) {
  std::atomic<int> at_work = kRevokers;
  std::atomic<int> missed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kRevokers; ++i) {
    threads.emplace_back([&, i] {
      revoke_many(i);
      --at_work;
    });
    threads.emplace_back([&] {
      while (at_work > 0) missed += count_missed();
      missed += count_missed();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(missed, 0);
  EXPECT_EQ(read().count_invalid(), kRevokers * kRevocations);
}

}  // namespace
}  // namespace ptkl::app
