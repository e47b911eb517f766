// Brakes on guessing: how often somebody may fail from one address before answers come later.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace ptkl::app {

struct ThrottleLimits {
  /// Of one source address. As many may come at once, after a minute of quiet. 0: no limit.
  std::uint32_t secret_failures_per_minute = 60;
  /// And, counted apart from them, dead links of invitations.
  std::uint32_t password_failures_per_minute = 30;
  /// Of one person from one source address. Then each failure doubles the time until the next try
  /// is looked at, from one second to `longest_password_delay`. No delay at all where that is 0.
  std::uint32_t free_password_failures = 5;
  std::chrono::seconds longest_password_delay{300};
};

/// Whose password is tried, and from where. The account is counted as it is claimed, whether or not
/// there is one.
struct PasswordAttempt {
  std::string_view source_address;
  std::string_view project;  ///< a name that a project may have, or empty
  std::string_view account;  ///< the email as core/email.h has it
};

/// What failed is kept in memory, as much of it as fits; a restart forgets it. A source is an address
/// of IPv4 or the first 64 bits of one of IPv6. May be used from any thread.
///
/// A time in an answer says when to try again: whole seconds, one at least.
class Throttle {
 public:
  using Delay = std::optional<std::chrono::seconds>;

  /// `clock` outlives the throttle.
  explicit Throttle(const Clock& clock, const ThrottleLimits& limits = {});
  ~Throttle();
  Throttle(const Throttle&) = delete;
  Throttle& operator=(const Throttle&) = delete;

  /// A client's secret was no good. Nothing while that is within the limit. A good one is not asked
  /// about: checking it costs next to nothing, and the wrong ones of others must not lock it out.
  Delay secret_failed(std::string_view source_address);

  /// To be asked before a password is hashed. Nothing: go on, and the attempt counts as a failure from
  /// now on, so that many at once get no further than one after the other. Else it may not be looked
  /// at, and counts as nothing.
  Delay begin(const PasswordAttempt& attempt);
  /// The password was right: the person's failures from that source are forgotten.
  void succeeded(const PasswordAttempt& attempt);
  /// It was not found out, for reasons of ours: then it is no failure.
  void withdraw(const PasswordAttempt& attempt);

  /// The same of the links of invitations, by source address alone.
  Delay begin_acceptance(std::string_view source_address);
  /// The link was good, or it was not found out.
  void withdraw_acceptance(std::string_view source_address);

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// What is told to who has to wait that long: rate_limited.
tl::unexpected<Error> too_many_tries(std::chrono::seconds delay);

}  // namespace ptkl::app
