#include "app/tokens/last_used.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;

class LastUsedTest : public AppFixture {
 protected:
  LastUsedTest() : made_(server_.make_secret(server_.make_api_user("bot"))) {
    // Writes the uses that the fixture recorded.
    EXPECT_TRUE(server_.last_used.flush(*server_.store));
  }

  CredentialUse use(Timestamp at, std::string from) {
    return {server_.acme->project.id, made_.record.id, at, std::move(from)};
  }
  ClientCredential stored() { return server_.read(made_.user.id).secrets.front(); }

  CreatedSecret made_;
  LastUsed last_used_;
};

TEST_F(LastUsedTest, KeepsUsesThatCouldNotBeWritten) {
  last_used_.record(use(server_.clock.now(), "192.0.2.1"));
  testing::FailingStore broken(*server_.store, ErrorCode::unavailable);
  EXPECT_EQ(code_of(last_used_.flush(broken)), ErrorCode::unavailable);
  EXPECT_EQ(stored().last_used_at, std::nullopt);
  ASSERT_TRUE(last_used_.flush(*server_.store));
  EXPECT_EQ(stored().last_used_at, server_.clock.now());
}

TEST_F(LastUsedTest, KeepsTheLaterUseThroughAFailedFlush) {
  const Timestamp now = server_.clock.now();
  last_used_.record(use(now, "192.0.2.1"));
  testing::FailingStore broken(*server_.store, ErrorCode::unavailable);
  EXPECT_FALSE(last_used_.flush(broken));
  last_used_.record(use(now + 1s, "192.0.2.2"));
  EXPECT_FALSE(last_used_.flush(broken));
  ASSERT_TRUE(last_used_.flush(*server_.store));
  EXPECT_EQ(stored().last_used_at, now + 1s);
  EXPECT_EQ(stored().last_used_from, "192.0.2.2");
}

TEST_F(LastUsedTest, KeepsOnlyTheBatchesThatFailed) {
  constexpr int kUses = 1200;
  for (int i = 0; i < kUses; ++i) {
    last_used_.record({server_.acme->project.id, Secret::make(server_.random_source).id(),
                       server_.clock.now(), "192.0.2.1"});
  }
  testing::FailingStore once(*server_.store, ErrorCode::unavailable, 1);
  EXPECT_FALSE(last_used_.flush(once));
  testing::CountingStore store(*server_.store);
  EXPECT_TRUE(last_used_.flush(store));
  EXPECT_EQ(store.transactions(), 2) << "700 are left, 500 go at a time";
}

/// Otherwise two servers that write the same credentials could wait for each other.
TEST_F(LastUsedTest, WritesInTheOrderOfTheCredentials) {
  const Uuid& project = server_.acme->project.id;
  std::vector<CredentialId> ids;
  for (int i = 0; i < 700; ++i) {
    ids.push_back(Secret::make(server_.random_source).id());
    last_used_.record({project, ids.back(), server_.clock.now(), "192.0.2.1"});
  }
  testing::FailingStore once(*server_.store, ErrorCode::unavailable, 1);
  EXPECT_FALSE(last_used_.flush(once));
  std::sort(ids.begin(), ids.end(), [](const CredentialId& left, const CredentialId& right) {
    return left.text() < right.text();
  });
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(last_used_.find(project, ids[i]).has_value(), i >= 500) << "500 go at a time";
  }
}

TEST_F(LastUsedTest, WritesNothingWithoutUses) {
  testing::ReadOnlyStore store(*server_.store);
  EXPECT_TRUE(last_used_.flush(store));
  last_used_.record(use(server_.clock.now(), "192.0.2.1"));
  ASSERT_TRUE(last_used_.flush(*server_.store));
  EXPECT_TRUE(last_used_.flush(store)) << "what is written is forgotten";
}

TEST_F(LastUsedTest, StoresTheLatestUse) {
  const Timestamp now = server_.clock.now();
  const struct {
    const char* what;
    std::vector<std::chrono::seconds> at;
  } rows[] = {
      {"in order", {1s, 2s}},
      {"the other way round", {4s, 3s}},
      {"earlier than what is stored", {2s}},
  };
  const std::chrono::seconds expected[] = {2s, 4s, 4s};
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    SCOPED_TRACE(rows[i].what);
    for (const auto at : rows[i].at) last_used_.record(use(now + at, std::to_string(at.count())));
    ASSERT_TRUE(last_used_.flush(*server_.store));
    EXPECT_EQ(stored().last_used_at, now + expected[i]);
    EXPECT_EQ(stored().last_used_from, std::to_string(expected[i].count()));
  }
}

TEST_F(LastUsedTest, FindsAUseUntilItIsWritten) {
  const Uuid& project = server_.acme->project.id;
  const auto find = [&] { return last_used_.find(project, made_.record.id); };
  EXPECT_FALSE(find());
  last_used_.record(use(server_.clock.now(), "192.0.2.1"));
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->at, server_.clock.now());
  EXPECT_FALSE(last_used_.find(testing::unknown_uuid(), made_.record.id)) << "of another project";
  testing::FailingStore broken(*server_.store, ErrorCode::unavailable);
  EXPECT_FALSE(last_used_.flush(broken));
  EXPECT_TRUE(find());
  ASSERT_TRUE(last_used_.flush(*server_.store));
  EXPECT_FALSE(find());
}

TEST_F(LastUsedTest, IgnoresADeletedSecret) {
  last_used_.record(use(server_.clock.now(), "192.0.2.1"));
  ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), made_.user.id, {}));
  EXPECT_TRUE(last_used_.flush(*server_.store));
}

TEST_F(LastUsedTest, RecordsUsesDuringAFlush) {
  const Timestamp start = server_.clock.now();
  constexpr int kUses = 2000;
  std::thread recorder([&] {
    for (int i = 1; i <= kUses; ++i) last_used_.record(use(start + std::chrono::seconds(i), "a"));
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(last_used_.flush(*server_.store));
  recorder.join();
  EXPECT_TRUE(last_used_.flush(*server_.store));
  EXPECT_EQ(stored().last_used_at, start + std::chrono::seconds(kUses));
}

}  // namespace
}  // namespace ptkl::app
