#include "app/audit/checkpoints.h"

#include <gtest/gtest.h>

#include "app/audit/checkpoint_fixture.h"
#include "support/store_decorators.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::code_of;

class AuditCheckpointsTest : public AuditCheckpointFixture {};

TEST_F(AuditCheckpointsTest, StateWhereTheLogEnds) {
  add_events(3);
  const AuditEvent last = server_.audit_events().back();
  const auto made = signer_.sign(acme());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->payload.number, last.number);
  EXPECT_EQ(made->payload.hash, last.hash);
  EXPECT_EQ(made->payload.first, 1);
  EXPECT_EQ(made->payload.issuer, "https://id.example.com/projects/acme");
  EXPECT_FALSE(check().fault);
}

TEST_F(AuditCheckpointsTest, AreSignedAgainOnlyWhenTheLogHasGrown) {
  const std::string first = signer_.sign(acme()).value().jws;
  server_.clock.advance(1h);
  EXPECT_EQ(signer_.sign(acme()).value().jws, first);
  add_events(1);
  EXPECT_NE(signer_.sign(acme()).value().jws, first);
  EXPECT_EQ(checkpoints().size(), 2U);
}

TEST_F(AuditCheckpointsTest, AreReturnedWhenTheyCannotBeStored) {
  testing::FullDiskStore full(*server_.store);
  const AppContext context = server_.ports_over(full);
  const auto made = AuditCheckpoints(context).sign(acme());
  ASSERT_TRUE(made);
  EXPECT_TRUE(
      crypto::verify_audit_checkpoint(made->jws, server_.audit_signer->public_jwk(acme().id)));
  EXPECT_TRUE(checkpoints().empty());
}

TEST_F(AuditCheckpointsTest, AreLogged) {
  const auto made = signer_.sign(acme());
  ASSERT_TRUE(made);
  EXPECT_NE(server_.log.text().find(made->payload.hash), std::string::npos);
}

TEST_F(AuditCheckpointsTest, AreRefusedWhenAllEventsWereErased) {
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(1'000);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
  EXPECT_EQ(signer_.sign_all(), 1);
}

TEST_F(AuditCheckpointsTest, AreRefusedWhenTheFirstEventsWereErased) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(2);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
  EXPECT_EQ(code_of(AuditCheckpoints(context_).sign(acme())), ErrorCode::conflict)
      << "after a restart";
}

TEST_F(AuditCheckpointsTest, AreRefusedWhenTheFirstEventsWereErasedBeforeTheFirstCheckpoint) {
  add_events(3);
  erase_through(2);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
}

TEST_F(AuditCheckpointsTest, AreRefusedWhenTheLogAndItsCheckpointsWereReplaced) {
  add_events(3);
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(1'000);
  add_events(9);
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
}

TEST_F(AuditCheckpointsTest, AreRefusedWhenAnotherKeySignedTheStoredOne) {
  const SignedAuditCheckpoint forged{{"iss", 1, "", 1, server_.audit_events().front().hash, 0},
                                     "a.b.c"};
  testing::expect_done(context_.store.transact(
      [&](Transaction& t) { return t.audit().insert_checkpoint(acme().id, forged); }));
  EXPECT_EQ(code_of(signer_.sign(acme())), ErrorCode::conflict);
}

/// A signer without its keys.
class FailingAuditSigner final : public AuditSigner {
 public:
  std::string hash(std::string_view) override { return {}; }
  Result<std::string> sign(const Uuid&, const AuditCheckpoint&) override {
    return failure(ErrorCode::internal, "no signature");
  }
  std::string public_jwk(const Uuid&) override { return {}; }
};

TEST_F(AuditCheckpointsTest, ThatCannotBeSignedDoNotCountAsBroken) {
  ASSERT_TRUE(signer_.sign(acme()));
  FailingAuditSigner audit_signer;
  const AppContext context{context_.store,
                           context_.clock,
                           context_.random_source,
                           context_.secret_hasher,
                           context_.password_hasher,
                           context_.key_ring,
                           context_.token_signer,
                           context_.token_verifier,
                           audit_signer,
                           context_.last_used,
                           context_.log,
                           context_.public_url};
  AuditCheckpoints signer(context);
  EXPECT_EQ(code_of(signer.sign(acme())), ErrorCode::internal);
  EXPECT_EQ(signer.sign_all(), 0);
}

TEST_F(AuditCheckpointsTest, OfABrokenLogDoNotStopOtherProjects) {
  const auto other = server_.make_project("other");
  ASSERT_TRUE(signer_.sign(acme()));
  erase_through(1'000);
  EXPECT_EQ(signer_.sign_all(), 1);
  EXPECT_EQ(signer_.sign(other.project).value().payload.number, 1);
}

TEST_F(AuditCheckpointsTest, RequireAuditRead) {
  const Actor reader = server_.make_actor("reader", "roles.read");
  EXPECT_EQ(code_of(list_audit_events(context_, reader, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(list_audit_checkpoints(context_, reader, {})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(get_audit_checkpoint(signer_, context_, reader)), ErrorCode::permission_denied);
}

TEST_F(AuditCheckpointsTest, AreReturnedWithTheirPublicKey) {
  const auto current = get_audit_checkpoint(signer_, context_, server_.owner());
  ASSERT_TRUE(current);
  EXPECT_TRUE(crypto::verify_audit_checkpoint(current->checkpoint.jws, current->public_jwk));
}

}  // namespace
}  // namespace ptkl::app
