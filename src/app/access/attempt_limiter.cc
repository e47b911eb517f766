#include "app/access/attempt_limiter.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "app/access/bounded_ttl_map.h"
#include "base/hash.h"
#include "base/ip_address.h"
#include "base/mutex.h"

namespace ptkl::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Delay = AttemptLimiter::Delay;

/// Some 130 bytes each.
constexpr std::size_t kMaxSources = 50'000;
/// Some 220 bytes each, and 0.5 KiB at most.
constexpr std::size_t kMaxAccounts = 20'000;

Delay whole_seconds(milliseconds wait) {
  return std::max(std::chrono::ceil<seconds>(wait), seconds(1));
}

/// Limits the events of each source with a leaky bucket (the generic cell rate algorithm). Stores
/// only the time at which the bucket will be empty.
class RateLimiter {
 public:
  explicit RateLimiter(std::uint32_t per_minute)
      : per_minute_(per_minute), empty_at_(kMaxSources) {}

  /// Counts an event if it is within the limit.
  Delay acquire(const IpAddress& source, Timestamp now) {
    if (per_minute_ == 0) return std::nullopt;
    const Timestamp empty_at = find(source, now) + share();
    if (empty_at > now + kWindow) return whole_seconds(empty_at - (now + kWindow));
    put(source, empty_at, now);
    return std::nullopt;
  }

  void refund(const IpAddress& source, Timestamp now) {
    if (per_minute_ == 0) return;
    const Timestamp empty_at = find(source, now) - share();
    if (empty_at > now) return put(source, empty_at, now);
    empty_at_.erase(source);
  }

 private:
  static constexpr milliseconds kWindow = std::chrono::minutes(1);

  milliseconds share() const { return kWindow / per_minute_; }

  Timestamp find(const IpAddress& source, Timestamp now) {
    const Timestamp* found = empty_at_.find(source, now);
    if (found == nullptr) return now;
    const Timestamp full = now + kWindow;
    if (*found <= full) return *found;
    // The clock was set back. Stored, since otherwise the bucket would stay full until then.
    put(source, full, now);
    return full;
  }

  void put(const IpAddress& source, Timestamp empty_at, Timestamp now) {
    empty_at_.put(source, empty_at, {empty_at}, now);
  }

  const std::uint32_t per_minute_;
  BoundedTtlMap<IpAddress, Timestamp> empty_at_;
};

/// An account as it is tried from one source.
struct TriedAccount {
  IpAddress source;
  std::string account;
  friend bool operator==(const TriedAccount&, const TriedAccount&) = default;
};

struct HashTriedAccount {
  std::size_t operator()(const TriedAccount& tried) const {
    return hash_combine(tried.source, tried.account);
  }
};

/// Delays the next attempt at an account for longer with each failure.
class Backoff {
 public:
  explicit Backoff(const AttemptLimits& limits)
      : free_(limits.free_password_failures),
        longest_(limits.longest_password_delay),
        failures_(kMaxAccounts) {}

  Delay delay(const TriedAccount& tried, Timestamp now) {
    const Failures failures = find(tried, now);
    if (failures.next_at <= now) return std::nullopt;
    return whole_seconds(failures.next_at - now);
  }

  /// Counts a failure. Requires: there is no delay.
  void count(const TriedAccount& tried, Timestamp now) {
    if (longest_ == seconds::zero()) return;
    const std::uint32_t count = find(tried, now).count + 1;
    put(tried, {count, now + delay_after(count)}, now);
  }

  void refund(const TriedAccount& tried, Timestamp now) {
    const std::uint32_t count = find(tried, now).count;
    if (count <= 1) return reset(tried);
    put(tried, {count - 1, now}, now);
  }

  void reset(const TriedAccount& tried) { failures_.erase(tried); }

 private:
  /// How long after the last attempt failures count. Far longer than any delay, so that waiting for
  /// it allows no more attempts than continuing at the longest delay.
  static constexpr std::chrono::hours kMemory{24};

  struct Failures {
    std::uint32_t count = 0;
    Timestamp next_at;
  };

  Failures find(const TriedAccount& tried, Timestamp now) {
    const Failures* found = failures_.find(tried, now);
    if (found == nullptr) return {0, now};
    if (found->next_at <= now + longest_) return *found;
    // The clock was set back. Stored, since otherwise the delay would stay as long until then.
    const Failures longest{found->count, now + longest_};
    put(tried, longest, now);
    return longest;
  }

  void put(const TriedAccount& tried, const Failures& failures, Timestamp now) {
    failures_.put(tried, failures, {failures.next_at + kMemory, failures.count}, now);
  }

  seconds delay_after(std::uint32_t count) const {
    if (count < free_) return seconds::zero();
    constexpr std::uint32_t kMaxDoublings = 20;
    return std::min(seconds(1U << std::min(count - free_, kMaxDoublings)), longest_);
  }

  const std::uint32_t free_;
  const seconds longest_;
  BoundedTtlMap<TriedAccount, Failures, HashTriedAccount> failures_;
};

/// All addresses that cannot be read are one source.
IpAddress source_of(std::string_view address) {
  return IpAddress::parse(address).value_or(IpAddress()).subscriber();
}

TriedAccount tried_by(const LoginAttempt& login) {
  // A project name contains no slash.
  return {source_of(login.source_address),
          std::string(login.project).append("/").append(login.account)};
}

}  // namespace

class AttemptLimiter::State {
 public:
  State(const Clock& used_clock, const AttemptLimits& limits)
      : clock(used_clock),
        secrets(limits.secret_failures_per_minute),
        logins(limits.password_failures_per_minute),
        invitations(limits.password_failures_per_minute),
        accounts(limits) {}

  const Clock& clock;
  Mutex mutex;
  RateLimiter secrets PTKL_GUARDED_BY(mutex);
  RateLimiter logins PTKL_GUARDED_BY(mutex);
  RateLimiter invitations PTKL_GUARDED_BY(mutex);
  Backoff accounts PTKL_GUARDED_BY(mutex);
};

AttemptLimiter::AttemptLimiter(const Clock& clock, const AttemptLimits& limits)
    : state_(std::make_unique<State>(clock, limits)) {}
AttemptLimiter::~AttemptLimiter() = default;

Delay AttemptLimiter::count_secret_failure(std::string_view source_address) {
  const IpAddress source = source_of(source_address);
  const MutexLock lock(state_->mutex);
  return state_->secrets.acquire(source, state_->clock.now());
}

Delay AttemptLimiter::acquire(const LoginAttempt& login) {
  const TriedAccount tried = tried_by(login);
  const MutexLock lock(state_->mutex);
  const Timestamp now = state_->clock.now();
  if (auto delay = state_->accounts.delay(tried, now)) return delay;
  // Before the account is counted: a source at its limit must not fill the table of accounts.
  if (auto delay = state_->logins.acquire(tried.source, now)) return delay;
  state_->accounts.count(tried, now);
  return std::nullopt;
}

void AttemptLimiter::reset(const LoginAttempt& login) {
  const TriedAccount tried = tried_by(login);
  const MutexLock lock(state_->mutex);
  state_->accounts.reset(tried);
  state_->logins.refund(tried.source, state_->clock.now());
}

void AttemptLimiter::refund(const LoginAttempt& login) {
  const TriedAccount tried = tried_by(login);
  const MutexLock lock(state_->mutex);
  const Timestamp now = state_->clock.now();
  state_->accounts.refund(tried, now);
  state_->logins.refund(tried.source, now);
}

Delay AttemptLimiter::acquire_invitation(std::string_view source_address) {
  const IpAddress source = source_of(source_address);
  const MutexLock lock(state_->mutex);
  return state_->invitations.acquire(source, state_->clock.now());
}

void AttemptLimiter::refund_invitation(std::string_view source_address) {
  const IpAddress source = source_of(source_address);
  const MutexLock lock(state_->mutex);
  state_->invitations.refund(source, state_->clock.now());
}

tl::unexpected<Error> too_many_attempts(std::chrono::seconds delay) {
  const std::string wait =
      std::to_string(delay.count()) + (delay == seconds(1) ? " second" : " seconds");
  return rate_limited("too many failed attempts; try again in " + wait, delay);
}

}  // namespace ptkl::app
