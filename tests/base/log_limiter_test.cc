#include <gtest/gtest.h>

#include "base/log.h"
#include "support/fixed_clock.h"
#include "support/recording_logger.h"

namespace ptkl {
namespace {

using testing::FixedClock;
using testing::LogLine;
using testing::RecordingLogger;
using namespace std::chrono_literals;

class LogLimiter : public ::testing::Test {
 protected:
  LogLimiter() {
    auto inner = std::make_unique<RecordingLogger>();
    inner_ = inner.get();
    auto clock = std::make_unique<FixedClock>();
    clock_ = clock.get();
    log_ = make_log_limiter(std::move(inner), std::move(clock));
  }

  void warn(int times, std::string_view message) {
    for (int i = 0; i < times; ++i) log_->warning(message);
  }
  std::vector<LogLine> lines() const { return inner_->lines(); }

  FixedClock* clock_ = nullptr;
  RecordingLogger* inner_ = nullptr;
  std::unique_ptr<Logger> log_;
};

constexpr std::size_t kLimit = kMaxLogLinesPerSecond;

TEST_F(LogLimiter, SuppressesTooManyLinesPerSecond) {
  warn(1000, "token refused");
  EXPECT_EQ(lines().size(), kLimit);
}

TEST_F(LogLimiter, ReportsHowManyWereSuppressed) {
  warn(kMaxLogLinesPerSecond + 7, "token refused");
  clock_->advance(1s);
  warn(1, "token refused");
  const auto all = lines();
  ASSERT_EQ(all.size(), kLimit + 2);
  EXPECT_EQ(all[kLimit].fields.at("of"), "token refused");
  EXPECT_EQ(all[kLimit].fields.at("count"), "7");
  EXPECT_EQ(all[kLimit + 1].message, "token refused");
}

TEST_F(LogLimiter, CountsEachMessageSeparately) {
  warn(1000, "token refused");
  warn(1, "connection refused");
  EXPECT_EQ(lines().back().message, "connection refused");
}

TEST_F(LogLimiter, PassesEverythingBelowWarning) {
  for (int i = 0; i < 100; ++i) log_->info("request");
  EXPECT_EQ(lines().size(), 100U);
}

TEST_F(LogLimiter, ReportsNothingWhenNothingWasSuppressed) {
  warn(kMaxLogLinesPerSecond, "token refused");
  clock_->advance(1s);
  warn(kMaxLogLinesPerSecond, "token refused");
  EXPECT_EQ(lines().size(), 2 * kLimit);
}

}  // namespace
}  // namespace ptkl
