#include "app/access/attempt_limiter.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace ptkl::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Delay = Throttle::Delay;

constexpr std::string_view kThrottledAddress = "192.0.2.1";
constexpr std::string_view kOtherAddress = "192.0.2.2";
constexpr ThrottleLimits kThrottleLimits{.secret_failures_per_minute = 6,
                                         .password_failures_per_minute = 20,
                                         .free_password_failures = 3,
                                         .longest_password_delay = seconds(60)};

PasswordAttempt ada(std::string_view source = kThrottledAddress) {
  return {source, "acme", "ada@example.com"};
}

class ThrottleTest : public ::testing::Test {
 protected:
  /// As many failures of secrets.
  void fail(std::string_view source, int times) {
    for (int i = 0; i < times; ++i) (void)throttle_.secret_failed(source);
  }
  /// As many wrong passwords, each looked at.
  void miss(const PasswordAttempt& attempt, int times) {
    for (int i = 0; i < times; ++i) {
      while (const Delay delay = throttle_.begin(attempt)) clock_.advance(*delay);
    }
  }
  /// One wrong password each for as many accounts of that source.
  void try_accounts(std::string_view source, int count) {
    for (int i = 0; i < count; ++i) {
      (void)throttle_.begin({source, "acme", std::to_string(i) + "@example.com"});
    }
  }

  testing::FixedClock clock_;
  Throttle throttle_{clock_, kThrottleLimits};
};

// Secrets.

TEST_F(ThrottleTest, RefusesMoreFailuresOfOneSourceThanTheLimit) {
  fail(kThrottledAddress, 6);
  EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), seconds(10));
}

TEST_F(ThrottleTest, RefusesNobodyElseForABurst) {
  fail(kThrottledAddress, 1000);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(throttle_.secret_failed(kOtherAddress), std::nullopt);
  EXPECT_NE(throttle_.secret_failed(kThrottledAddress), std::nullopt);
}

TEST_F(ThrottleTest, LetsAFailurePassWheneverItsShareOfTheMinuteIsOver) {
  fail(kThrottledAddress, 1000);
  clock_.advance(milliseconds(9'999));
  EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), seconds(1));
  clock_.advance(milliseconds(1));
  EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), std::nullopt);
  EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), seconds(10));
}

TEST_F(ThrottleTest, ForgetsAllAfterAMinuteOfQuiet) {
  fail(kThrottledAddress, 1000);
  clock_.advance(minutes(1));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), std::nullopt);
  EXPECT_NE(throttle_.secret_failed(kThrottledAddress), std::nullopt);
}

TEST_F(ThrottleTest, CountsThe64BitNetworkOfIpv6AsOneSource) {
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(throttle_.secret_failed("2001:db8::" + std::to_string(i)), std::nullopt);
  }
  EXPECT_NE(throttle_.secret_failed("2001:db8::ffff:ffff:ffff:ffff"), std::nullopt);
  EXPECT_EQ(throttle_.secret_failed("2001:db8:0:1::"), std::nullopt);
}

TEST_F(ThrottleTest, CountsAMappedAddressAsItself) {
  fail(kThrottledAddress, 6);
  EXPECT_NE(throttle_.secret_failed("::ffff:192.0.2.1"), std::nullopt);
}

TEST_F(ThrottleTest, WaitsNoLongerThanAMinuteForAClockThatWasSetBack) {
  fail(kThrottledAddress, 6);
  clock_.advance(-hours(5));
  EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), seconds(10));
  clock_.advance(seconds(10));
  EXPECT_EQ(throttle_.secret_failed(kThrottledAddress), std::nullopt);
}

TEST_F(ThrottleTest, KeepsWhoFailsMostWhileMoreComeThanFit) {
  fail(kThrottledAddress, 6);
  for (int i = 0; i < 70'000; ++i) {
    const std::string address = "10." + std::to_string(i >> 16) + '.' +
                                std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255);
    ASSERT_EQ(throttle_.secret_failed(address), std::nullopt);
  }
  EXPECT_NE(throttle_.secret_failed(kThrottledAddress), std::nullopt);
}

TEST_F(ThrottleTest, RefusesNothingWithoutLimits) {
  Throttle off(clock_, {.secret_failures_per_minute = 0,
                        .password_failures_per_minute = 0,
                        .free_password_failures = 1,
                        .longest_password_delay = seconds(0)});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(off.secret_failed(kThrottledAddress), std::nullopt);
    EXPECT_EQ(off.begin(ada()), std::nullopt);
    EXPECT_EQ(off.begin_acceptance(kThrottledAddress), std::nullopt);
  }
  off.succeeded(ada());
  off.withdraw(ada());
  off.withdraw_acceptance(kThrottledAddress);
}

// Passwords.

TEST_F(ThrottleTest, RefusesAnAccountForLongerAndLonger) {
  miss(ada(), 3);
  for (const int delay : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(throttle_.begin(ada()), seconds(delay));
    clock_.advance(seconds(delay) - milliseconds(1));
    EXPECT_EQ(throttle_.begin(ada()), seconds(1));
    clock_.advance(milliseconds(1));
    EXPECT_EQ(throttle_.begin(ada()), std::nullopt);
  }
}

TEST_F(ThrottleTest, CountsWhatIsUnderWayAsFailed) {
  std::atomic<int> looked_at = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) looked_at += throttle_.begin(ada()) ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(looked_at, 3);
}

TEST_F(ThrottleTest, RefusesAPersonNowhereElse) {
  miss(ada(), 10);
  EXPECT_NE(throttle_.begin(ada()), std::nullopt);
  EXPECT_EQ(throttle_.begin(ada(kOtherAddress)), std::nullopt);
}

TEST_F(ThrottleTest, RefusesNobodyElseThere) {
  miss(ada(), 10);
  EXPECT_EQ(throttle_.begin({kThrottledAddress, "acme", "bob@example.com"}), std::nullopt);
  EXPECT_EQ(throttle_.begin({kThrottledAddress, "globex", "ada@example.com"}), std::nullopt);
}

TEST_F(ThrottleTest, RefusesASourceThatTriesManyAccounts) {
  const auto try_person = [&](int i) {
    return throttle_.begin({kThrottledAddress, "acme", std::to_string(i) + "@example.com"});
  };
  for (int i = 0; i < 20; ++i) ASSERT_EQ(try_person(i), std::nullopt);
  EXPECT_EQ(try_person(20), seconds(3));
  EXPECT_EQ(throttle_.begin(ada(kOtherAddress)), std::nullopt);
  clock_.advance(seconds(3));
  EXPECT_EQ(try_person(20), std::nullopt);
}

TEST_F(ThrottleTest, CountsNothingThatWasNotLookedAt) {
  miss(ada(), 3);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(throttle_.begin(ada()), seconds(1));
  for (int i = 0; i < 17; ++i) {
    EXPECT_EQ(throttle_.begin({kThrottledAddress, "acme", std::to_string(i)}), std::nullopt);
  }
  // The source's limit refuses bob: that is no failure of his.
  const PasswordAttempt bob{kThrottledAddress, "acme", "bob@example.com"};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(throttle_.begin(bob), seconds(3));
  clock_.advance(minutes(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle_.begin(bob), std::nullopt);
}

TEST_F(ThrottleTest, WaitsNoLongerThanTheDelayForAClockThatWasSetBack) {
  miss(ada(), 10);
  clock_.advance(-hours(5));
  EXPECT_EQ(throttle_.begin(ada()), seconds(60));
  EXPECT_EQ(throttle_.begin({kThrottledAddress, "acme", "bob@example.com"}), seconds(3));
  clock_.advance(seconds(60));
  EXPECT_EQ(throttle_.begin(ada()), std::nullopt);
}

TEST_F(ThrottleTest, ForgetsNobodyForAccountsThatItDoesNotLookAt) {
  miss(ada(), 10);
  clock_.advance(minutes(2));
  try_accounts(kThrottledAddress, 25'000);
  clock_.advance(minutes(1));
  ASSERT_EQ(throttle_.begin(ada()), std::nullopt);
  EXPECT_EQ(throttle_.begin(ada()), seconds(60));
}

TEST_F(ThrottleTest, ForgetsNobodyWhoFailedOftenForManyWhoFailedOnce) {
  miss(ada(), 10);
  clock_.advance(minutes(2));
  for (int i = 0; i < 1'250; ++i) {
    try_accounts("10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250), 20);
  }
  ASSERT_EQ(throttle_.begin(ada()), std::nullopt);
  EXPECT_EQ(throttle_.begin(ada()), seconds(60));
}

TEST_F(ThrottleTest, ForgetsAPersonsFailuresOnceThePasswordWasRight) {
  miss(ada(), 5);
  clock_.advance(minutes(1));
  ASSERT_EQ(throttle_.begin(ada()), std::nullopt);
  throttle_.succeeded(ada());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle_.begin(ada()), std::nullopt);
  EXPECT_NE(throttle_.begin(ada()), std::nullopt);
}

TEST_F(ThrottleTest, CountsNoRightPasswordAgainstItsSource) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(throttle_.begin(ada()), std::nullopt);
    throttle_.succeeded(ada());
  }
}

// Who has an account of their own must not get more tries at others' by it.
TEST_F(ThrottleTest, KeepsTheFailuresOfASourceWhenAPasswordWasRight) {
  const PasswordAttempt own{kThrottledAddress, "acme", "mallory@example.com"};
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(throttle_.begin({kThrottledAddress, "acme", std::to_string(i)}), std::nullopt);
    if (throttle_.begin(own) == std::nullopt) throttle_.succeeded(own);
  }
  EXPECT_NE(throttle_.begin(ada()), std::nullopt);
}

TEST_F(ThrottleTest, CountsNothingThatWasWithdrawn) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(throttle_.begin(ada()), std::nullopt);
    throttle_.withdraw(ada());
  }
}

TEST_F(ThrottleTest, ForgetsAPersonsFailuresAfterADay) {
  miss(ada(), 12);
  clock_.advance(hours(24) + minutes(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle_.begin(ada()), std::nullopt);
  EXPECT_EQ(throttle_.begin(ada()), seconds(1));
}

// Invitations.

TEST_F(ThrottleTest, RefusesAcceptancesOfOneSourceBeyondTheLimit) {
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(throttle_.begin_acceptance(kThrottledAddress), std::nullopt);
  EXPECT_EQ(throttle_.begin_acceptance(kThrottledAddress), seconds(3));
  EXPECT_EQ(throttle_.begin_acceptance(kOtherAddress), std::nullopt);
  EXPECT_EQ(throttle_.begin(ada()), std::nullopt);
}

TEST_F(ThrottleTest, CountsNoGoodInvitation) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(throttle_.begin_acceptance(kThrottledAddress), std::nullopt);
    throttle_.withdraw_acceptance(kThrottledAddress);
  }
}

}  // namespace
}  // namespace ptkl::app
