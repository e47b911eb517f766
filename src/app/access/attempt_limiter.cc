#include "app/access/attempt_limiter.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "app/access/bounded_ttl_map.h"
#include "base/ip_address.h"

namespace ptkl::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Some 230 bytes each.
constexpr std::size_t kMaxSources = 50'000;
/// Some 280 bytes each, and 0.6 KiB at most.
constexpr std::size_t kMaxAccounts = 20'000;
constexpr milliseconds kWindow = std::chrono::minutes(1);
/// How long after the last try a person's failures count. Longer than the longest delay by far, so
/// that to wait for it wins nobody more tries than to go on at that delay.
constexpr std::chrono::hours kAccountMemory{24};

/// An address that cannot be read is nobody's, and all such are one.
IpAddress subscriber_of(std::string_view address) {
  return IpAddress::parse(address).value_or(IpAddress()).subscriber();
}

seconds whole(milliseconds wait) { return std::max(std::chrono::ceil<seconds>(wait), seconds(1)); }

/// A leaky bucket for each source (the generic cell rate algorithm): what is kept is when it will have
/// run empty.
class SourceLimit {
 public:
  explicit SourceLimit(std::uint32_t per_minute)
      : per_minute_(per_minute), empty_at_(kMaxSources) {}

  /// Counts one; nothing when that is within the limit. What is not within it is not counted.
  Throttle::Delay count(const IpAddress& source, Timestamp now) {
    if (per_minute_ == 0) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const Timestamp then = find(source, now) + share();
    if (then > now + kWindow) return whole(then - (now + kWindow));
    empty_at_.put(source, then, {then}, now);
    return std::nullopt;
  }

  void take_back(const IpAddress& source, Timestamp now) {
    if (per_minute_ == 0) return;
    const std::lock_guard lock(mutex_);
    const Timestamp then = find(source, now) - share();
    if (then > now) return empty_at_.put(source, then, {then}, now);
    empty_at_.erase(source);
  }

 private:
  milliseconds share() const { return kWindow / per_minute_; }
  Timestamp find(const IpAddress& source, Timestamp now) {
    const Timestamp* found = empty_at_.find(source, now);
    if (found == nullptr) return now;
    const Timestamp full = now + kWindow;
    if (*found <= full) return *found;
    // The clock was set back. To be kept, or it would be as full at every later time.
    empty_at_.put(source, full, {full}, now);
    return full;
  }

  const std::uint32_t per_minute_;
  std::mutex mutex_;
  BoundedTtlMap<IpAddress, Timestamp> empty_at_;
};

/// Somebody's account as it is tried from one source.
struct TriedAccount {
  IpAddress source;
  std::string account;
  friend bool operator==(const TriedAccount&, const TriedAccount&) = default;
};

struct HashTriedAccount {
  std::size_t operator()(const TriedAccount& tried) const {
    return std::hash<IpAddress>()(tried.source) ^ std::hash<std::string>()(tried.account);
  }
};

/// For each account and source, how often it failed, and when the next try is looked at.
class AccountDelays {
 public:
  explicit AccountDelays(const ThrottleLimits& limits)
      : free_(limits.free_password_failures),
        longest_(limits.longest_password_delay),
        failures_(kMaxAccounts) {}

  /// Counts nothing.
  Throttle::Delay look_up(const TriedAccount& tried, Timestamp now) {
    const std::lock_guard lock(mutex_);
    return delay_of(find(tried, now), now);
  }

  Throttle::Delay count(const TriedAccount& tried, Timestamp now) {
    if (is_off()) return std::nullopt;
    const std::lock_guard lock(mutex_);
    Failures failures = find(tried, now);
    if (const auto delay = delay_of(failures, now)) return delay;
    ++failures.count;
    failures.next_at = now + delay_after(failures.count);
    put(tried, failures, now);
    return std::nullopt;
  }

  void take_back(const TriedAccount& tried, Timestamp now) {
    if (is_off()) return;
    const std::lock_guard lock(mutex_);
    Failures failures = find(tried, now);
    if (failures.count <= 1) return failures_.erase(tried);
    --failures.count;
    failures.next_at = now;
    put(tried, failures, now);
  }

  void forget(const TriedAccount& tried) {
    const std::lock_guard lock(mutex_);
    failures_.erase(tried);
  }

 private:
  struct Failures {
    std::uint32_t count = 0;
    Timestamp next_at;
  };

  bool is_off() const { return longest_ == seconds::zero(); }

  Failures find(const TriedAccount& tried, Timestamp now) {
    const Failures* found = failures_.find(tried, now);
    if (found == nullptr) return {0, now};
    if (found->next_at <= now + longest_) return *found;
    // The clock was set back. To be kept, or it would be as long at every later time.
    const Failures longest{found->count, now + longest_};
    put(tried, longest, now);
    return longest;
  }

  static Throttle::Delay delay_of(const Failures& failures, Timestamp now) {
    if (failures.next_at <= now) return std::nullopt;
    return whole(failures.next_at - now);
  }

  // Worth as much as it failed, so that no crowd of accounts that were tried once or twice, and may
  // all be invented, makes one forgotten whose password is being guessed.
  void put(const TriedAccount& tried, const Failures& failures, Timestamp now) {
    failures_.put(tried, failures, {failures.next_at + kAccountMemory, failures.count}, now);
  }

  seconds delay_after(std::uint32_t count) const {
    if (count < free_) return seconds::zero();
    constexpr std::uint32_t kMostDoublings = 20;
    return std::min(seconds(1U << std::min(count - free_, kMostDoublings)), longest_);
  }

  const std::uint32_t free_;
  const seconds longest_;
  std::mutex mutex_;
  BoundedTtlMap<TriedAccount, Failures, HashTriedAccount> failures_;
};

TriedAccount tried_by(const PasswordAttempt& attempt) {
  // No name of a project has a slash.
  return {subscriber_of(attempt.source_address),
          std::string(attempt.project).append("/").append(attempt.account)};
}

}  // namespace

class Throttle::State {
 public:
  State(const Clock& used_clock, const ThrottleLimits& limits)
      : clock(used_clock),
        secrets(limits.secret_failures_per_minute),
        passwords(limits.password_failures_per_minute),
        acceptances(limits.password_failures_per_minute),
        accounts(limits) {}

  const Clock& clock;
  SourceLimit secrets;
  SourceLimit passwords;
  SourceLimit acceptances;
  AccountDelays accounts;
};

Throttle::Throttle(const Clock& clock, const ThrottleLimits& limits)
    : state_(std::make_unique<State>(clock, limits)) {}
Throttle::~Throttle() = default;

Throttle::Delay Throttle::secret_failed(std::string_view source_address) {
  return state_->secrets.count(subscriber_of(source_address), state_->clock.now());
}

Throttle::Delay Throttle::begin(const PasswordAttempt& attempt) {
  const Timestamp now = state_->clock.now();
  const TriedAccount tried = tried_by(attempt);
  // The account is written down last: a source at its limit must not fill the table with others.
  if (auto delay = state_->accounts.look_up(tried, now)) return delay;
  if (auto delay = state_->passwords.count(tried.source, now)) return delay;
  auto delay = state_->accounts.count(tried, now);
  if (delay) state_->passwords.take_back(tried.source, now);  // somebody was faster
  return delay;
}

void Throttle::succeeded(const PasswordAttempt& attempt) {
  const TriedAccount tried = tried_by(attempt);
  state_->accounts.forget(tried);
  state_->passwords.take_back(tried.source, state_->clock.now());
}

void Throttle::withdraw(const PasswordAttempt& attempt) {
  const Timestamp now = state_->clock.now();
  const TriedAccount tried = tried_by(attempt);
  state_->accounts.take_back(tried, now);
  state_->passwords.take_back(tried.source, now);
}

Throttle::Delay Throttle::begin_acceptance(std::string_view source_address) {
  return state_->acceptances.count(subscriber_of(source_address), state_->clock.now());
}

void Throttle::withdraw_acceptance(std::string_view source_address) {
  state_->acceptances.take_back(subscriber_of(source_address), state_->clock.now());
}

tl::unexpected<Error> too_many_tries(std::chrono::seconds delay) {
  const std::string wait =
      std::to_string(delay.count()) + (delay == seconds(1) ? " second" : " seconds");
  return rate_limited("too many tries that failed; try again in " + wait, delay);
}

}  // namespace ptkl::app
