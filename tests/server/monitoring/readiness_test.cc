#include "server/monitoring/readiness.h"

#include <filesystem>
#include <future>

#include <gtest/gtest.h>

#include "app/projects/projects.h"
#include "support/store_decorators.h"
#include "support/temporary_folder.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

using testing::code_of;

class ReadinessTest : public ::testing::Test {
 protected:
  ReadinessTest() {
    testing::write_file(data / "ptkl.db", "");
    EXPECT_TRUE(app::bind_master_key(app.context()));
  }

  testing::TemporaryFolder folder;
  const std::filesystem::path& data = folder.path();
  testing::TestApp app;
};

TEST_F(ReadinessTest, DoesNotRequireADataFolderForPostgresql) {
  Readiness ready(*app.store, app.clock, {});
  EXPECT_TRUE(ready.check());
  testing::FailingStore failing(*app.store, ErrorCode::unavailable);
  Readiness not_ready(failing, app.clock, {});
  EXPECT_EQ(code_of(not_ready.check()), ErrorCode::unavailable);
}

TEST_F(ReadinessTest, IsReadyWhileTheDatabaseExists) {
  Readiness readiness(*app.store, app.clock, data);
  EXPECT_TRUE(readiness.check());
  EXPECT_EQ(testing::count_files(data), 1U);
  std::filesystem::remove(data / "ptkl.db");
  EXPECT_TRUE(readiness.check()) << "the result is cached for a second";
  app.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable);
}

TEST_F(ReadinessTest, IsReadyOnlyWhileChangesSucceed) {
  testing::FullDiskStore full(*app.store);
  EXPECT_EQ(code_of(Readiness(full, app.clock, data).check()), ErrorCode::unavailable);
  testing::FailingStore unknown(*app.store, ErrorCode::outcome_unknown);
  EXPECT_EQ(code_of(Readiness(unknown, app.clock, data).check()), ErrorCode::unavailable);
}

/// Fails the test when projects are read.
class BlindTransaction final : public testing::ForwardingTransaction {
 public:
  using ForwardingTransaction::ForwardingTransaction;
  ProjectRepository& projects() override {
    ADD_FAILURE() << "a lock on that project would block its changes";
    return ForwardingTransaction::projects();
  }
};

/// A store whose transactions must not read projects; its lookups do not use them.
class StoreWithSeparateLookups final : public Store {
 public:
  explicit StoreWithSeparateLookups(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body& body) override {
    ++changes;
    return inner_.transact([&](Transaction& transaction) {
      BlindTransaction blind(transaction);
      return body(blind);
    });
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }
  Result<std::optional<VerificationKey>> find_verification_key(const ProjectName&,
                                                               std::string_view) override {
    ++lookups;
    if (are_lookups_lost) return failure(ErrorCode::unavailable, "no session reaches the database");
    return std::nullopt;
  }

  int changes = 0;
  int lookups = 0;
  bool are_lookups_lost = false;

 private:
  Store& inner_;
};

TEST_F(ReadinessTest, IsReadyWhenLookupsAndChangesSucceedAndLocksNoProject) {
  StoreWithSeparateLookups store(*app.store);
  EXPECT_TRUE(Readiness(store, app.clock, {}).check());
  EXPECT_EQ(store.changes, 1);
  EXPECT_EQ(store.lookups, 1);
}

TEST_F(ReadinessTest, IsNotReadyWhenLookupsFail) {
  StoreWithSeparateLookups store(*app.store);
  store.are_lookups_lost = true;
  EXPECT_EQ(code_of(Readiness(store, app.clock, {}).check()), ErrorCode::unavailable);
}

TEST_F(ReadinessTest, IsNotReadyWhileTheDatabaseDoesNotAnswer) {
  std::promise<void> started;
  std::promise<void> end;
  testing::OvertakenStore hanging(*app.store, [&] {
    started.set_value();
    end.get_future().wait();
  });
  Readiness readiness(hanging, app.clock, data);
  auto first = std::async(std::launch::async, [&] { return readiness.check(); });
  started.get_future().wait();
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable) << "it does not wait for the first";
  end.set_value();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(readiness.check());
}

}  // namespace
}  // namespace ptkl::server
