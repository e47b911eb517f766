#include "http/worker_pool.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

TEST(WorkerPool, RunsNothingAfterItHasStopped) {
  std::atomic<bool> ran = false;
  WorkerPool pool(1);
  pool.stop();
  pool.submit([&] { ran = true; });
  pool.stop();
  EXPECT_FALSE(ran);
}

TEST(WorkerPool, WaitsForTheJobThatRuns) {
  std::promise<void> entered;
  std::atomic<bool> ended = false;
  WorkerPool pool(1);
  pool.submit([&] {
    entered.set_value();
    ended = true;
  });
  entered.get_future().wait();
  pool.stop();
  EXPECT_TRUE(ended);
}

TEST(WorkerPool, RunsJobsConcurrently) {
  WorkerPool pool(2);
  std::promise<void> from_first;
  std::promise<void> from_second;
  std::promise<void> both;
  pool.submit([&] {
    from_first.set_value();
    from_second.get_future().wait();
    both.set_value();
  });
  pool.submit([&] {
    from_first.get_future().wait();
    from_second.set_value();
  });
  both.get_future().wait();
}

TEST(WorkerPool, RefusesTooManyWaitingJobs) {
  std::promise<void> entered;
  std::promise<void> gate;
  WorkerPool pool(1, 1);
  pool.submit([&] {
    entered.set_value();
    gate.get_future().wait();
  });
  entered.get_future().wait();
  std::promise<void> waited;
  EXPECT_EQ(pool.submit([&] { waited.set_value(); }), WorkerPool::Admission::accepted);
  EXPECT_EQ(pool.submit([] { ADD_FAILURE() << "it was not taken"; }),
            WorkerPool::Admission::pool_full);
  gate.set_value();
  waited.get_future().wait();
}

}  // namespace
}  // namespace ptkl::http
