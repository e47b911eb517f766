#include "server/monitoring/readiness.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "app/projects/projects.h"
#include "support/eventually.h"
#include "support/store_decorators.h"
#include "support/temporary_folder.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

using testing::code_of;

/// A timeout that no probe of a test reaches.
constexpr std::chrono::minutes kLongTimeout{1};

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
  Readiness ready(*app.store, app.clock, {}, kLongTimeout);
  EXPECT_TRUE(ready.check());
  testing::FailingStore failing(*app.store, ErrorCode::unavailable);
  Readiness not_ready(failing, app.clock, {}, kLongTimeout);
  EXPECT_EQ(code_of(not_ready.check()), ErrorCode::unavailable);
}

TEST_F(ReadinessTest, IsReadyWhileTheDatabaseExists) {
  Readiness readiness(*app.store, app.clock, data, kLongTimeout);
  EXPECT_TRUE(readiness.check());
  EXPECT_EQ(testing::count_files(data), 1U);
  std::filesystem::remove(data / "ptkl.db");
  EXPECT_TRUE(readiness.check()) << "the result is cached for a second";
  app.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable);
}

TEST_F(ReadinessTest, IsReadyOnlyWhileChangesSucceed) {
  testing::FullDiskStore full(*app.store);
  EXPECT_EQ(code_of(Readiness(full, app.clock, data, kLongTimeout).check()),
            ErrorCode::unavailable);
  testing::FailingStore unknown(*app.store, ErrorCode::outcome_unknown);
  EXPECT_EQ(code_of(Readiness(unknown, app.clock, data, kLongTimeout).check()),
            ErrorCode::unavailable);
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
  EXPECT_TRUE(Readiness(store, app.clock, {}, kLongTimeout).check());
  EXPECT_EQ(store.changes, 1);
  EXPECT_EQ(store.lookups, 1);
}

TEST_F(ReadinessTest, IsNotReadyWhenLookupsFail) {
  StoreWithSeparateLookups store(*app.store);
  store.are_lookups_lost = true;
  EXPECT_EQ(code_of(Readiness(store, app.clock, {}, kLongTimeout).check()), ErrorCode::unavailable);
}

TEST_F(ReadinessTest, IsNotReadyWhileTheDatabaseDoesNotAnswer) {
  std::atomic<bool> started = false;
  std::atomic<bool> end = false;
  testing::OvertakenStore hanging(*app.store, [&] {
    started = true;
    EXPECT_TRUE(testing::eventually([&] { return end.load(); }));
  });
  Readiness readiness(hanging, app.clock, data, std::chrono::milliseconds(10));
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable);
  EXPECT_TRUE(testing::eventually([&] { return started.load(); }));
  app.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable) << "no second probe hangs";
  end = true;
  EXPECT_TRUE(testing::eventually([&] { return readiness.check().has_value(); }));
}

TEST_F(ReadinessTest, ProbesOnceForManyCallers) {
  constexpr int kCallers = 20;
  std::atomic<bool> started = false;
  std::atomic<bool> end = false;
  std::atomic<int> asking = 0;
  testing::CountingStore counting(*app.store);
  testing::OvertakenStore slow(counting, [&] {
    started = true;
    EXPECT_TRUE(testing::eventually([&] { return end.load(); }));
  });
  Readiness readiness(slow, app.clock, data, kLongTimeout);
  std::vector<std::future<Result<void>>> callers;
  callers.reserve(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(std::async(std::launch::async, [&] {
      ++asking;
      return readiness.check();
    }));
  }
  EXPECT_TRUE(testing::eventually([&] { return started && asking == kCallers; }));
  end = true;
  for (auto& caller : callers) EXPECT_TRUE(caller.get());
  EXPECT_EQ(counting.transactions(), 1);
  app.clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(readiness.check());
  EXPECT_EQ(counting.transactions(), 2);
}

TEST_F(ReadinessTest, IsNotReadyWhenTheProbeThrows) {
  testing::OvertakenStore throwing(*app.store, [] { throw std::runtime_error("no memory"); });
  Readiness readiness(throwing, app.clock, data, kLongTimeout);
  EXPECT_EQ(code_of(readiness.check()), ErrorCode::unavailable);
  app.clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(readiness.check());
}

TEST_F(ReadinessTest, EndsWhileNothingIsProbed) {
  const Readiness unused(*app.store, app.clock, data, kLongTimeout);
  Readiness used(*app.store, app.clock, data, kLongTimeout);
  EXPECT_TRUE(used.check());
}

}  // namespace
}  // namespace ptkl::server
