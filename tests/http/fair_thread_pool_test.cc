#include "http/fair_thread_pool.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

using Admission = FairThreadPool::Admission;
using Outcome = FairThreadPool::Outcome;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

IpAddress address(int last) { return IpAddress::parse("192.0.2." + std::to_string(last)).value(); }

/// A pool of one thread that is blocked until release(). Records which jobs ran.
class HeldPool {
 public:
  explicit HeldPool(FairThreadPool::Bounds bounds) : pool_(bounds) {
    std::promise<void> entered;
    submit_job(0, [this, &entered](Outcome) {
      entered.set_value();
      gate_.get_future().wait();
    });
    entered.get_future().wait();
  }
  ~HeldPool() {
    if (!released_) release();
  }

  Admission submit(int source) {
    return submit_job(source, [this, source](Outcome outcome) {
      (outcome == Outcome::run ? ran_ : evicted_).push_back(source);
    });
  }
  /// The sources whose jobs ran, in their order.
  std::vector<int> run_all() {
    release();
    return ran_;
  }
  /// The sources whose jobs were evicted.
  const std::vector<int>& evicted() const { return evicted_; }

 private:
  Admission submit_job(int source, FairThreadPool::Job job) {
    auto whole = std::make_shared<std::promise<void>>();
    auto ended = whole->get_future();
    const Admission admission =
        pool_.submit(address(source), [job = std::move(job), whole](Outcome outcome) {
          job(outcome);
          whole->set_value();
        });
    if (admission == Admission::accepted) ended_.push_back(std::move(ended));
    return admission;
  }
  void release() {
    released_ = true;
    gate_.set_value();
    for (auto& ended : ended_) ended.wait();
  }

  std::promise<void> gate_;
  bool released_ = false;
  std::vector<int> ran_;
  std::vector<int> evicted_;
  std::vector<std::future<void>> ended_;
  FairThreadPool pool_;
};

constexpr FairThreadPool::Bounds kOneThread{
    .threads = 1, .max_waiting_per_source = 3, .max_waiting = 5};

TEST(FairThreadPool, RefusesTooManyJobsOfOneSource) {
  HeldPool pool(kOneThread);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(pool.submit(1), Admission::accepted);
  EXPECT_EQ(pool.submit(1), Admission::source_full);
  EXPECT_EQ(pool.submit(2), Admission::accepted);
  EXPECT_THAT(pool.run_all(), ElementsAre(1, 2, 1, 1));
}

TEST(FairThreadPool, RefusesTooManyJobsInAll) {
  HeldPool pool(kOneThread);
  for (int i = 1; i <= 5; ++i) ASSERT_EQ(pool.submit(i), Admission::accepted);
  EXPECT_EQ(pool.submit(6), Admission::pool_full);
  EXPECT_EQ(pool.submit(1), Admission::pool_full);
  EXPECT_THAT(pool.run_all(), ElementsAre(1, 2, 3, 4, 5));
}

TEST(FairThreadPool, EvictsTheNewestJobOfTheLongestQueue) {
  HeldPool pool(kOneThread);
  for (const int source : {1, 1, 2, 2, 2}) ASSERT_EQ(pool.submit(source), Admission::accepted);
  EXPECT_EQ(pool.submit(3), Admission::accepted);
  EXPECT_THAT(pool.evicted(), ElementsAre(2));
  EXPECT_THAT(pool.run_all(), ElementsAre(1, 2, 3, 1, 2));
}

TEST(FairThreadPool, EvictsNothingForASourceWithAsManyJobs) {
  HeldPool pool(kOneThread);
  for (const int source : {1, 1, 2, 2, 3}) ASSERT_EQ(pool.submit(source), Admission::accepted);
  EXPECT_EQ(pool.submit(3), Admission::pool_full);
  EXPECT_EQ(pool.submit(1), Admission::pool_full);
  EXPECT_THAT(pool.evicted(), IsEmpty());
}

TEST(FairThreadPool, AcceptsJobsAgainAfterOthersHaveRun) {
  HeldPool pool(kOneThread);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(pool.submit(1), Admission::accepted);
  pool.run_all();
  EXPECT_EQ(pool.submit(1), Admission::accepted);
}

TEST(FairThreadPool, AlternatesBetweenSources) {
  HeldPool pool(kOneThread);
  for (const int source : {1, 1, 1, 2, 2}) ASSERT_EQ(pool.submit(source), Admission::accepted);
  EXPECT_THAT(pool.run_all(), ElementsAre(1, 2, 1, 2, 1));
}

TEST(FairThreadPool, PrefersANewSourceToABacklog) {
  HeldPool pool(kOneThread);
  for (const int source : {0, 0, 1}) ASSERT_EQ(pool.submit(source), Admission::accepted);
  EXPECT_THAT(pool.run_all(), ElementsAre(1, 0, 0));
}

// One thread runs a job of the first source. The other one, once free, serves a source without running jobs.
TEST(FairThreadPool, PrefersASourceWithoutRunningJobs) {
  FairThreadPool pool({.threads = 2});
  std::promise<void> first_entered;
  std::promise<void> second_entered;
  std::promise<void> first_gate;
  std::promise<void> second_gate;
  std::promise<int> next;
  std::atomic<int> ran = 0;
  pool.submit(address(1), [&](Outcome) {
    first_entered.set_value();
    first_gate.get_future().wait();
  });
  pool.submit(address(1), [&](Outcome) {
    second_entered.set_value();
    second_gate.get_future().wait();
  });
  first_entered.get_future().wait();
  second_entered.get_future().wait();
  const auto note = [&](int source) {
    if (ran.exchange(source) == 0) next.set_value(source);
  };
  for (int i = 0; i < 5; ++i) pool.submit(address(1), [&](Outcome) { note(1); });
  pool.submit(address(2), [&](Outcome) { note(2); });
  first_gate.set_value();
  EXPECT_EQ(next.get_future().get(), 2);
  second_gate.set_value();
  pool.stop();
}

TEST(FairThreadPool, RunsNothingAfterItHasStopped) {
  std::atomic<bool> ran = false;
  FairThreadPool pool({.threads = 1});
  pool.stop();
  pool.submit(address(1), [&](Outcome) { ran = true; });
  pool.stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace ptkl::http
