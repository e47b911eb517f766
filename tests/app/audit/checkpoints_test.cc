#include "app/audit/checkpoints.h"

#include <functional>

#include <gtest/gtest.h>

#include "app/audit/queries.h"
#include "app/audit/record.h"
#include "core/audit/chain.h"
#include "crypto/audit_checkpoint.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;

class AuditHeadsTest : public AppFixture {
 protected:
  const Project& acme() { return server_.acme->project; }
  void add_events(int count) {
    testing::expect_done(context_.store.transact([&](Transaction& transaction) -> Result<void> {
      ProjectTransaction change{context_, transaction, acme().id, context_.clock.now(),
                                Initiator::server()};
      for (int i = 0; i < count; ++i) {
        if (auto done = record(change, {.action = "x"}); !done) return done;
      }
      return {};
    }));
  }
  /// Behind the server's back, as far as the heads know.
  void erase_through(std::int64_t number) {
    testing::expect_done(context_.store.transact(
        [&](Transaction& t) { return t.audit().erase_through(acme().id, number); }));
  }
  /// As whoever can write to the database does it: hashes and heads stay as they are.
  void change_event(std::int64_t number, const std::function<void(AuditEvent&)>& change) {
    auto events = server_.audit_events();
    change(events.at(static_cast<std::size_t>(number - 1)));
    const auto all_heads = heads();
    erase_through(events.back().number + 1);
    testing::expect_done(context_.store.transact([&](Transaction& t) -> Result<void> {
      for (const AuditEvent& event : events) {
        if (auto done = t.audit().append(acme().id, event); !done) return done;
      }
      for (const SignedAuditCheckpoint& head : all_heads) {
        if (auto done = t.audit().insert_head(acme().id, head); !done) return done;
      }
      return {};
    }));
  }
  std::vector<SignedAuditCheckpoint> heads() {
    return list_audit_heads(context_, server_.owner(), {}).value();
  }
  AuditReport check() {
    std::vector<ShownAuditHead> shown;
    const std::string jwk = server_.audit_signer->public_jwk(acme().id);
    for (const SignedAuditCheckpoint& head : heads()) {
      auto verified = crypto::verify_audit_head(head.jws, jwk);
      shown.push_back(
          {head.head.number, verified ? std::optional(std::move(*verified)) : std::nullopt});
    }
    AuditChainCheck check(std::move(shown));
    for (const AuditEvent& event : server_.audit_events()) {
      check.add({event.number, event.previous_hash, event.hash,
                 crypto::audit_hash(to_hashed_json(event))});
    }
    return check.finish();
  }

  AppContext context_ = server_.context();
  AuditCheckpoints signer_ = AuditCheckpoints(context_);
};

TEST_F(AuditHeadsTest, SayWhereTheLogEnds) {
  add_events(3);
  const AuditEvent last = server_.audit_events().back();
  const auto made = signer_.sign(acme());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->head.number, last.number);
  EXPECT_EQ(made->head.hash, last.hash);
  EXPECT_EQ(made->head.first, 1);
  EXPECT_EQ(made->head.issuer, "https://id.example.com/projects/acme");
  EXPECT_FALSE(check().fault);
}

TEST_F(AuditHeadsTest, AreSignedAnewOnlyWhenTheLogWentOn) {
  const std::string first = signer_.sign(acme()).value().jws;
  server_.clock.advance(1h);
  EXPECT_EQ(signer_.sign(acme()).value().jws, first);
  add_events(1);
  EXPECT_NE(signer_.sign(acme()).value().jws, first);
  EXPECT_EQ(heads().size(), 2U);
}

TEST_F(AuditHeadsTest, AreSignedThoughTheyCannotBeStored) {
  testing::FullDiskStore full(*server_.store);
  const AppContext context = server_.ports_over(full);
  const auto made = AuditCheckpoints(context).sign(acme());
  ASSERT_TRUE(made);
  EXPECT_TRUE(crypto::verify_audit_head(made->jws, server_.audit_signer->public_jwk(acme().id)));
  EXPECT_TRUE(heads().empty());
}

TEST_F(AuditHeadsTest, AreToldToTheLog) {
  const auto made = signer_.sign(acme());
  ASSERT_TRUE(made);
  EXPECT_NE(server_.log.text().find(made->head.hash), std::string::npos);
}

TEST_F(AuditHeadsTest, AreRefusedWhenTheLogWasEmptied) {
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(1'000);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
  EXPECT_EQ(signer_.sign_all(), 1);
}

TEST_F(AuditHeadsTest, AreRefusedWhenTheBeginningWasCutOff) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(2);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
  EXPECT_EQ(code_of(AuditCheckpoints(context_).sign(acme())), ErrorCode::conflict)
      << "after a restart";
}

TEST_F(AuditHeadsTest, AreRefusedWhenTheBeginningWasCutOffBeforeThereWasAHead) {
  add_events(3);
  erase_through(2);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
}

TEST_F(AuditHeadsTest, AreRefusedWhenTheLogAndItsHeadsBeganAnew) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(1'000);
  add_events(9);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
}

TEST_F(AuditHeadsTest, AreRefusedWhenAnotherKeySignedTheStoredOne) {
  const SignedAuditCheckpoint forged{{"iss", 1, "", 1, server_.audit_events().front().hash, 0},
                                     "a.b.c"};
  testing::expect_done(context_.store.transact(
      [&](Transaction& t) { return t.audit().insert_head(acme().id, forged); }));
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
}

/// Whose keys are gone.
class FailingSealer final : public AuditSigner {
 public:
  std::string hash(std::string_view) override { return {}; }
  Result<std::string> sign(const Uuid&, const AuditCheckpoint&) override {
    return failure(ErrorCode::internal, "no signature");
  }
  std::string public_jwk(const Uuid&) override { return {}; }
};

TEST_F(AuditHeadsTest, ThatCannotBeSignedLeaveNoLogInDoubt) {
  ASSERT_TRUE(signer_.sign(acme()));
  FailingSealer sealer;
  const AppContext context{context_.store,
                           context_.clock,
                           context_.random_source,
                           context_.secret_hasher,
                           context_.password_hasher,
                           context_.key_ring,
                           context_.token_signer,
                           context_.token_verifier,
                           sealer,
                           context_.last_used,
                           context_.log,
                           context_.public_url};
  AuditCheckpoints signer(context);
  EXPECT_EQ(code_of(signer.sign(acme())), ErrorCode::internal);
  EXPECT_EQ(signer.sign_all(), 0);
}

TEST_F(AuditHeadsTest, OfOneProjectHoldUpNoOther) {
  const auto other = server_.make_project("other");
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(1'000);
  EXPECT_EQ(signer_.sign_all(), 1);
  EXPECT_EQ(signer_.sign(other.project).value().head.number, 1);
}

TEST_F(AuditHeadsTest, NeedAuditRead) {
  const Actor reader = server_.make_actor("reader", "roles.read");
  EXPECT_EQ(code_of(list_audit_events(context_, reader, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(list_audit_heads(context_, reader, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(get_audit_head(signer_, context_, reader)), ErrorCode::permission_denied);
}

TEST_F(AuditHeadsTest, ShowTheKeyThatVerifiesThem) {
  const auto current = get_audit_head(signer_, context_, server_.owner());
  ASSERT_TRUE(current);
  EXPECT_TRUE(crypto::verify_audit_head(current->head.jws, current->public_jwk));
}

class AuditRetention : public AuditHeadsTest {};

TEST_F(AuditRetention, KeepsWhatIsNotOldEnough) {
  add_events(3);
  server_.clock.advance(1h);
  EXPECT_EQ(signer_.prune(acme(), 1h).value(), 0);
}

TEST_F(AuditRetention, KeepsTheLastEventHoweverOldItIs) {
  server_.clock.advance(100h);
  EXPECT_EQ(signer_.prune(acme(), 1h).value(), 0);
  EXPECT_EQ(server_.audit_events().size(), 1U);
}

TEST_F(AuditRetention, LeavesALogThatIsWholeAndSaysWhatIsGone) {
  add_events(5);
  ASSERT_TRUE(signer_.sign(acme()));
  const std::string hash = server_.audit_events()[5 - 1].hash;
  server_.clock.advance(2h);
  EXPECT_EQ(signer_.prune(acme(), 1h).value(), 5);
  const auto events = server_.audit_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events.front().number, 6);
  EXPECT_EQ(events.back().action, audit_actions::kAuditPruned);
  EXPECT_EQ(events.back().before, R"({"first":1})");
  EXPECT_EQ(events.back().after, R"({"last_erased":5,"last_erased_hash":")" + hash + R"("})");
  EXPECT_EQ(heads().back().head.first, 6);
  EXPECT_EQ(heads().back().head.first_previous_hash, hash);
  EXPECT_FALSE(check().fault);
}

TEST_F(AuditRetention, ErasesALotInSeveralTransactions) {
  add_events(2500);
  server_.clock.advance(2h);
  EXPECT_EQ(signer_.prune(acme(), 1h).value(), 1 + 2500);
  const auto events = server_.audit_events();
  EXPECT_EQ(events.size(), 3U) << "one for each transaction";
  EXPECT_FALSE(check().fault);
  EXPECT_TRUE(signer_.sign(acme()));
}

TEST_F(AuditRetention, RemembersNoHeadOfARunThatWasUndone) {
  add_events(5);
  server_.clock.advance(2h);
  add_events(1);
  AuditCheckpoints other(context_);
  testing::CollidingStore store(context_.store,
                                [&] { EXPECT_EQ(other.prune(acme(), 1h).value(), 6); });
  AppContext context = server_.ports_over(store);
  AuditCheckpoints overtaken(context);
  EXPECT_EQ(overtaken.prune(acme(), 1h).value(), 0);
  add_events(1);
  EXPECT_TRUE(overtaken.sign(acme()));
}

TEST_F(AuditRetention, PrunesNoLogThatIsInDoubt) {
  add_events(5);
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(3);
  server_.clock.advance(2h);
  add_events(1);
  erase_through(6);
  EXPECT_EQ(code_of(signer_.prune(acme(), 1h)), std::nullopt) << "nothing is old enough";
  add_events(1);
  server_.clock.advance(2h);
  EXPECT_EQ(code_of(signer_.prune(acme(), 1h)), ErrorCode::conflict);
}

TEST_F(AuditRetention, ErasesNoEventThatWasChanged) {
  add_events(8);
  ASSERT_TRUE(signer_.sign(acme()));
  change_event(5, [](AuditEvent& event) { event.actor.name = "mallory"; });
  server_.clock.advance(2h);
  EXPECT_EQ(code_of(signer_.prune(acme(), 1h)), ErrorCode::conflict);
  EXPECT_EQ(server_.audit_events().size(), 9U);
}

TEST_F(AuditRetention, ErasesNoEventThatWasMadeOlder) {
  add_events(8);
  ASSERT_TRUE(signer_.sign(acme()));
  change_event(5, [](AuditEvent& event) { event.actor.name = "mallory"; });
  change_event(8, [](AuditEvent& event) { event.at = Timestamp(std::chrono::seconds(1)); });
  EXPECT_EQ(signer_.prune(acme(), 1h).value(), 0);
  change_event(1, [](AuditEvent& event) { event.at = Timestamp(std::chrono::seconds(1)); });
  EXPECT_EQ(code_of(signer_.prune(acme(), 1h)), ErrorCode::conflict);
  EXPECT_EQ(server_.audit_events().size(), 9U);
}

TEST_F(AuditRetention, ErasesNoEventsThatAreNotThoseOfTheirHead) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  add_events(2);
  server_.clock.advance(2h);
  add_events(2);
  ASSERT_TRUE(signer_.sign(acme()));
  for (std::int64_t n = 4; n <= 7; ++n) {
    const std::string previous = server_.audit_events().at(static_cast<std::size_t>(n - 2)).hash;
    change_event(n, [&](AuditEvent& event) {
      event.actor.name = "mallory";
      event.previous_hash = previous;
      event.hash = server_.audit_signer->hash(to_hashed_json(event));
    });
  }
  EXPECT_EQ(code_of(signer_.prune(acme(), 1h)), ErrorCode::conflict);
  EXPECT_EQ(server_.audit_events().size(), 8U);
}

}  // namespace
}  // namespace ptkl::app
