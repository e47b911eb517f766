// Limits on guessing client secrets, passwords and invitation links. The reasons are in
// docs/decisions/0022-throttling.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace ptkl::app {

/// All counts are per source address, and 0 means no limit.
struct AttemptLimits {
  /// Failed client secrets per minute; also the size of a burst after a minute without failures.
  std::uint32_t secret_failures_per_minute = 60;
  /// Failed logins per minute, and, counted separately, invalid invitation links per minute.
  std::uint32_t password_failures_per_minute = 30;
  /// Failed logins of one account without a delay. Each further failure doubles the delay before
  /// the next attempt, from one second to `longest_password_delay`. With a longest delay of 0 there
  /// is none.
  std::uint32_t free_password_failures = 5;
  std::chrono::seconds longest_password_delay{300};
};

/// One login with a password. Counted under the account that the request names, whether or not it
/// exists.
struct LoginAttempt {
  std::string_view source_address;
  std::string_view project;  ///< a valid project name, or empty
  std::string_view account;  ///< the email in the normal form of core/email.h
};

/// Counts failures in memory, in tables of fixed size; a restart clears them. A source is an IPv4
/// address or the first 64 bits of an IPv6 address. When a table is full, the source or account with
/// the fewest failures is evicted first, so that a flood of new ones cannot clear a penalty.
/// Thread-safe.
class AttemptLimiter {
 public:
  /// How long to wait before the next attempt, in whole seconds and at least one; absent if the
  /// attempt is within the limits.
  using Delay = std::optional<std::chrono::seconds>;

  /// `clock` outlives the limiter.
  explicit AttemptLimiter(const Clock& clock, const AttemptLimits& limits = {});
  ~AttemptLimiter();
  AttemptLimiter(const AttemptLimiter&) = delete;
  AttemptLimiter& operator=(const AttemptLimiter&) = delete;

  /// Counts a failed client secret. A valid secret is never limited: checking it is cheap, and
  /// failures of other clients behind the same address must not lock it out.
  Delay count_secret_failure(std::string_view source_address);

  /// Counts `login` as a failure before its password is hashed, so that parallel attempts get no more
  /// tries than sequential ones. Counts nothing if it returns a delay: then the password must not be
  /// checked.
  Delay acquire(const LoginAttempt& login);
  /// The password was correct: clears the account's failures from this source.
  void reset(const LoginAttempt& login);
  /// The password could not be checked: does not count the attempt after all.
  void refund(const LoginAttempt& login);

  /// The same for an invitation link, which has no account.
  Delay acquire_invitation(std::string_view source_address);
  /// The link was valid, or could not be checked.
  void refund_invitation(std::string_view source_address);

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// A rate_limited error that asks to wait for `delay`.
tl::unexpected<Error> too_many_attempts(std::chrono::seconds delay);

}  // namespace ptkl::app
