#include "app/tokens/status_list_publication.h"

#include "app/access/project_transaction.h"
#include "app/projects/key_rotation.h"
#include "crypto/deflated_bits.h"
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
using testing::TestApp;

class StatusListPublicationTest : public AppFixture {
 protected:
  static StatusListState read_state(TestApp& server) {
    return expect_done(read_snapshot(*server.store, [&](Transaction& transaction) {
      return read_status_list_state(transaction, server.acme->project);
    }));
  }
  StatusListState read_state() { return read_state(server_); }

  SignedStatusList publish(const StatusListState& seen) {
    return expect_done(publication_.update(context_, seen));
  }
  /// Allocates and invalidates a slot of acme.
  static void invalidate(TestApp& server, StatusSlot slot) {
    const Uuid project = server.acme->project.id;
    expect_done(server.store->transact([&](Transaction& transaction) -> Result<void> {
      auto claimed = transaction.status_slots().allocate(project, slot);
      if (!claimed) return failure(std::move(claimed.error()));
      return transaction.status_slots().invalidate(project, slot);
    }));
  }
  void rotate() {
    expect_done(rotate_signing_key(context_, server_.owner(), {{}, RotationMode::now}));
  }

  const AppContext context_ = server_.context();
  StatusListPublication publication_{0, &crypto::make_deflated_bits, 5s};
};

TEST_F(StatusListPublicationTest, IsSignedAgainAfterARotation) {
  const SignedStatusList before = publish(read_state());
  rotate();
  const SignedStatusList after = publish(read_state());
  EXPECT_NE(*after, *before);
  EXPECT_EQ(testing::payload_of(*after), testing::payload_of(*before));
}

TEST_F(StatusListPublicationTest, KeepsTheNewKeyForACallThatBeganBeforeTheRotation) {
  const StatusListState before = read_state();
  rotate();
  const SignedStatusList list = publish(read_state());
  EXPECT_EQ(publish(before), list);
}

TEST_F(StatusListPublicationTest, KeepsTheRevocationForACallThatBeganBeforeIt) {
  const StatusListState before = read_state();
  const StatusSlot slot{7};
  invalidate(server_, slot);
  const SignedStatusList list = publish(read_state());
  EXPECT_TRUE(PublishedList::of_token(*list).is_invalid(slot.index()));
  EXPECT_EQ(publish(before), list);
}

TEST_F(StatusListPublicationTest, TakesMoreMemoryWithAnInvalidSlot) {
  publish(read_state());
  const std::size_t before = publication_.memory_bytes();
  EXPECT_LT(before, 4096U);
  invalidate(server_, {7});
  publish(read_state());
  EXPECT_GT(publication_.memory_bytes(), before + 8192);
}

TEST_F(StatusListPublicationTest, ReadsAgainWhenTheDatabaseIsBehind) {
  const StatusListState before = read_state();
  invalidate(server_, {7});
  publish(read_state());
  testing::FailingStore failing(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(publication_.update(server_.ports_over(failing), before)),
            ErrorCode::unavailable);
}

TEST_F(StatusListPublicationTest, IsRebuiltWhenTheDatabaseWasRestored) {
  invalidate(server_, {7});
  invalidate(server_, {8});
  publish(read_state());
  TestApp restored;
  const StatusSlot other{4'711};
  invalidate(restored, other);
  const SignedStatusList list =
      expect_done(publication_.update(restored.context(), read_state(restored)));
  EXPECT_TRUE(PublishedList::of_token(*list).is_invalid(other.index()));
  EXPECT_EQ(PublishedList::of_token(*list).count_invalid(), 1);
}

}  // namespace
}  // namespace ptkl::app
