#include "server/runtime/last_used_flusher.h"

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

TEST(LastUsedFlusher, WritesWhatIsLeftWhenItGoes) {
  testing::TestApp app;
  app.owner();
  { const LastUsedFlusher flusher(app.last_used, *app.store, app.log); }
  const auto owner = app.read(app.acme->owner.id);
  EXPECT_EQ(owner.last_used_at(), app.clock.now());
}

TEST(LastUsedFlusher, SaysThatItCouldNotWriteAndKeepsIt) {
  testing::TestApp app;
  app.owner();
  testing::FailingStore broken(*app.store, ErrorCode::unavailable);
  { const LastUsedFlusher flusher(app.last_used, broken, app.log); }
  EXPECT_THAT(app.log.text(), ::testing::HasSubstr("last uses"));
  { const LastUsedFlusher flusher(app.last_used, *app.store, app.log); }
  EXPECT_TRUE(app.read(app.acme->owner.id).last_used_at());
}

}  // namespace
}  // namespace ptkl::server
