#include "server/runtime/background_tasks.h"

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

class BackgroundTasksTest : public ::testing::Test {
 protected:
  void run_and_stop(Store& store) {
    WakeUp rights_changed;
    app::AppContext context = app.ports_over(store);
    context.rights_changed = &rights_changed;
    app::UsageCounts counts(app.clock);
    app::AuditCheckpoints checkpoints(context);
    const BackgroundTasks tasks(context, {counts, checkpoints, std::nullopt, [](int) {}},
                                [](std::int64_t) {});
  }

  testing::TestApp app;
};

TEST_F(BackgroundTasksTest, WriteLastUsesWhenTheyStop) {
  app.owner();
  run_and_stop(*app.store);
  EXPECT_EQ(app.read(app.acme->owner.id).last_used_at(), app.clock.now());
}

TEST_F(BackgroundTasksTest, LogLastUsesThatCannotBeWrittenAndKeepThem) {
  app.owner();
  testing::FailingStore broken(*app.store, ErrorCode::unavailable);
  run_and_stop(broken);
  EXPECT_THAT(app.log.text(), ::testing::HasSubstr("writing last uses failed"));
  run_and_stop(*app.store);
  EXPECT_TRUE(app.read(app.acme->owner.id).last_used_at());
}

}  // namespace
}  // namespace ptkl::server
