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
using Delay = AttemptLimiter::Delay;

constexpr std::string_view kLimitedAddress = "192.0.2.1";
constexpr std::string_view kOtherAddress = "192.0.2.2";
constexpr AttemptLimits kAttemptLimits{.secret_failures_per_minute = 6,
                                       .password_failures_per_minute = 20,
                                       .free_password_failures = 3,
                                       .longest_password_delay = seconds(60)};

LoginAttempt ada(std::string_view source = kLimitedAddress) {
  return {source, "acme", "ada@example.com"};
}

class AttemptLimiterTest : public ::testing::Test {
 protected:
  /// Counts that many failed secrets.
  void fail(std::string_view source, int times) {
    for (int i = 0; i < times; ++i) (void)limiter_.count_secret_failure(source);
  }
  /// Counts that many wrong passwords, none of which is delayed.
  void miss(const LoginAttempt& attempt, int times) {
    for (int i = 0; i < times; ++i) {
      while (const Delay delay = limiter_.acquire(attempt)) clock_.advance(*delay);
    }
  }
  /// Counts one wrong password for each of that many accounts, from that source.
  void try_accounts(std::string_view source, int count) {
    for (int i = 0; i < count; ++i) {
      (void)limiter_.acquire({source, "acme", std::to_string(i) + "@example.com"});
    }
  }

  testing::FixedClock clock_;
  AttemptLimiter limiter_{clock_, kAttemptLimits};
};

// Secrets.

TEST_F(AttemptLimiterTest, DelaysFailuresOfOneSourceBeyondTheLimit) {
  fail(kLimitedAddress, 6);
  EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), seconds(10));
}

TEST_F(AttemptLimiterTest, DelaysNoOtherSourceForABurst) {
  fail(kLimitedAddress, 1000);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(limiter_.count_secret_failure(kOtherAddress), std::nullopt);
  EXPECT_NE(limiter_.count_secret_failure(kLimitedAddress), std::nullopt);
}

TEST_F(AttemptLimiterTest, PermitsOneFailureAfterEachShareOfTheMinute) {
  fail(kLimitedAddress, 1000);
  clock_.advance(milliseconds(9'999));
  EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), seconds(1));
  clock_.advance(milliseconds(1));
  EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), std::nullopt);
  EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), seconds(10));
}

TEST_F(AttemptLimiterTest, ClearsAfterAMinuteWithoutFailures) {
  fail(kLimitedAddress, 1000);
  clock_.advance(minutes(1));
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), std::nullopt);
  EXPECT_NE(limiter_.count_secret_failure(kLimitedAddress), std::nullopt);
}

TEST_F(AttemptLimiterTest, CountsThe64BitNetworkOfIpv6AsOneSource) {
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(limiter_.count_secret_failure("2001:db8::" + std::to_string(i)), std::nullopt);
  }
  EXPECT_NE(limiter_.count_secret_failure("2001:db8::ffff:ffff:ffff:ffff"), std::nullopt);
  EXPECT_EQ(limiter_.count_secret_failure("2001:db8:0:1::"), std::nullopt);
}

TEST_F(AttemptLimiterTest, CountsAMappedAddressAsItself) {
  fail(kLimitedAddress, 6);
  EXPECT_NE(limiter_.count_secret_failure("::ffff:192.0.2.1"), std::nullopt);
}

TEST_F(AttemptLimiterTest, WaitsNoLongerThanAMinuteForAClockThatWasSetBack) {
  fail(kLimitedAddress, 6);
  clock_.advance(-hours(5));
  EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), seconds(10));
  clock_.advance(seconds(10));
  EXPECT_EQ(limiter_.count_secret_failure(kLimitedAddress), std::nullopt);
}

TEST_F(AttemptLimiterTest, KeepsTheSourceWithMostFailuresDuringAFlood) {
  fail(kLimitedAddress, 6);
  for (int i = 0; i < 70'000; ++i) {
    const std::string address = "10." + std::to_string(i >> 16) + '.' +
                                std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255);
    ASSERT_EQ(limiter_.count_secret_failure(address), std::nullopt);
  }
  EXPECT_NE(limiter_.count_secret_failure(kLimitedAddress), std::nullopt);
}

TEST_F(AttemptLimiterTest, DelaysNothingWithoutLimits) {
  AttemptLimiter off(clock_, {.secret_failures_per_minute = 0,
                              .password_failures_per_minute = 0,
                              .free_password_failures = 1,
                              .longest_password_delay = seconds(0)});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(off.count_secret_failure(kLimitedAddress), std::nullopt);
    EXPECT_EQ(off.acquire(ada()), std::nullopt);
    EXPECT_EQ(off.acquire_invitation(kLimitedAddress), std::nullopt);
  }
  off.reset(ada());
  off.refund(ada());
  off.refund_invitation(kLimitedAddress);
}

// Passwords.

TEST_F(AttemptLimiterTest, DoublesTheDelayOfAnAccount) {
  miss(ada(), 3);
  for (const int delay : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(limiter_.acquire(ada()), seconds(delay));
    clock_.advance(seconds(delay) - milliseconds(1));
    EXPECT_EQ(limiter_.acquire(ada()), seconds(1));
    clock_.advance(milliseconds(1));
    EXPECT_EQ(limiter_.acquire(ada()), std::nullopt);
  }
}

TEST_F(AttemptLimiterTest, CountsRunningAttemptsAsFailures) {
  std::atomic<int> looked_at = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) looked_at += limiter_.acquire(ada()) ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(looked_at, 3);
}

TEST_F(AttemptLimiterTest, DelaysAnAccountOnlyForItsSource) {
  miss(ada(), 10);
  EXPECT_NE(limiter_.acquire(ada()), std::nullopt);
  EXPECT_EQ(limiter_.acquire(ada(kOtherAddress)), std::nullopt);
}

TEST_F(AttemptLimiterTest, DelaysNoOtherAccountOfTheSource) {
  miss(ada(), 10);
  EXPECT_EQ(limiter_.acquire({kLimitedAddress, "acme", "bob@example.com"}), std::nullopt);
  EXPECT_EQ(limiter_.acquire({kLimitedAddress, "globex", "ada@example.com"}), std::nullopt);
}

TEST_F(AttemptLimiterTest, DelaysASourceThatTriesManyAccounts) {
  const auto try_person = [&](int i) {
    return limiter_.acquire({kLimitedAddress, "acme", std::to_string(i) + "@example.com"});
  };
  for (int i = 0; i < 20; ++i) ASSERT_EQ(try_person(i), std::nullopt);
  EXPECT_EQ(try_person(20), seconds(3));
  EXPECT_EQ(limiter_.acquire(ada(kOtherAddress)), std::nullopt);
  clock_.advance(seconds(3));
  EXPECT_EQ(try_person(20), std::nullopt);
}

TEST_F(AttemptLimiterTest, CountsNoDelayedAttempt) {
  miss(ada(), 3);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter_.acquire(ada()), seconds(1));
  for (int i = 0; i < 17; ++i) {
    EXPECT_EQ(limiter_.acquire({kLimitedAddress, "acme", std::to_string(i)}), std::nullopt);
  }
  // The source's limit delays the attempt, which does not count for bob's account.
  const LoginAttempt bob{kLimitedAddress, "acme", "bob@example.com"};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter_.acquire(bob), seconds(3));
  clock_.advance(minutes(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter_.acquire(bob), std::nullopt);
}

TEST_F(AttemptLimiterTest, WaitsNoLongerThanTheDelayForAClockThatWasSetBack) {
  miss(ada(), 10);
  clock_.advance(-hours(5));
  EXPECT_EQ(limiter_.acquire(ada()), seconds(60));
  EXPECT_EQ(limiter_.acquire({kLimitedAddress, "acme", "bob@example.com"}), seconds(3));
  clock_.advance(seconds(60));
  EXPECT_EQ(limiter_.acquire(ada()), std::nullopt);
}

TEST_F(AttemptLimiterTest, EvictsNoAccountForDelayedAttempts) {
  miss(ada(), 10);
  clock_.advance(minutes(2));
  try_accounts(kLimitedAddress, 25'000);
  clock_.advance(minutes(1));
  ASSERT_EQ(limiter_.acquire(ada()), std::nullopt);
  EXPECT_EQ(limiter_.acquire(ada()), seconds(60));
}

TEST_F(AttemptLimiterTest, KeepsAnAccountWithManyFailuresDuringAFlood) {
  miss(ada(), 10);
  clock_.advance(minutes(2));
  for (int i = 0; i < 1'250; ++i) {
    try_accounts("10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250), 20);
  }
  ASSERT_EQ(limiter_.acquire(ada()), std::nullopt);
  EXPECT_EQ(limiter_.acquire(ada()), seconds(60));
}

TEST_F(AttemptLimiterTest, ClearsAnAccountAfterACorrectPassword) {
  miss(ada(), 5);
  clock_.advance(minutes(1));
  ASSERT_EQ(limiter_.acquire(ada()), std::nullopt);
  limiter_.reset(ada());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter_.acquire(ada()), std::nullopt);
  EXPECT_NE(limiter_.acquire(ada()), std::nullopt);
}

TEST_F(AttemptLimiterTest, CountsNoCorrectPasswordForItsSource) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(limiter_.acquire(ada()), std::nullopt);
    limiter_.reset(ada());
  }
}

// A login to the attacker's own account must not permit more attempts at other accounts.
TEST_F(AttemptLimiterTest, KeepsTheFailuresOfASourceAfterACorrectPassword) {
  const LoginAttempt own{kLimitedAddress, "acme", "mallory@example.com"};
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(limiter_.acquire({kLimitedAddress, "acme", std::to_string(i)}), std::nullopt);
    if (limiter_.acquire(own) == std::nullopt) limiter_.reset(own);
  }
  EXPECT_NE(limiter_.acquire(ada()), std::nullopt);
}

TEST_F(AttemptLimiterTest, CountsNoRefundedAttempt) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(limiter_.acquire(ada()), std::nullopt);
    limiter_.refund(ada());
  }
}

TEST_F(AttemptLimiterTest, ClearsAnAccountAfterADay) {
  miss(ada(), 12);
  clock_.advance(hours(24) + minutes(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter_.acquire(ada()), std::nullopt);
  EXPECT_EQ(limiter_.acquire(ada()), seconds(1));
}

// Invitations.

TEST_F(AttemptLimiterTest, DelaysInvitationsOfOneSourceBeyondTheLimit) {
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(limiter_.acquire_invitation(kLimitedAddress), std::nullopt);
  EXPECT_EQ(limiter_.acquire_invitation(kLimitedAddress), seconds(3));
  EXPECT_EQ(limiter_.acquire_invitation(kOtherAddress), std::nullopt);
  EXPECT_EQ(limiter_.acquire(ada()), std::nullopt);
}

TEST_F(AttemptLimiterTest, CountsNoRefundedInvitation) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(limiter_.acquire_invitation(kLimitedAddress), std::nullopt);
    limiter_.refund_invitation(kLimitedAddress);
  }
}

}  // namespace
}  // namespace ptkl::app
