#include "core/keys/signing_key_rotation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/access_token.h"

namespace ptkl {

std::string_view to_text(SigningKeyStatus status) {
  switch (status) {
    case SigningKeyStatus::active:
      return "active";
    case SigningKeyStatus::next:
      return "next";
    case SigningKeyStatus::retired:
      return "retired";
  }
  return "";
}

std::string_view to_text(RotationMode mode) {
  switch (mode) {
    case RotationMode::scheduled:
      return "scheduled";
    case RotationMode::now:
      return "now";
    case RotationMode::compromised:
      return "compromised";
  }
  return "";
}

Result<RotationMode> parse_rotation_mode(std::string_view text) {
  for (const auto mode : {RotationMode::scheduled, RotationMode::now, RotationMode::compromised}) {
    if (to_text(mode) == text) return mode;
  }
  return failure(ErrorCode::invalid_argument, "expected scheduled, now or compromised");
}

Result<SigningKeySet> to_signing_key_set(std::vector<SigningKeyDetails> keys) {
  std::optional<SigningKeyDetails> active;
  std::optional<SigningKeyDetails> next;
  std::vector<SigningKeyDetails> retired;
  for (SigningKeyDetails& key : keys) {
    if (key.status == SigningKeyStatus::retired) {
      retired.push_back(std::move(key));
      continue;
    }
    auto& only = key.status == SigningKeyStatus::active ? active : next;
    if (only)
      return failure(ErrorCode::internal, "the project has two active or two next signing keys");
    only = std::move(key);
  }
  if (!active) return failure(ErrorCode::internal, "the project has no active signing key");
  return SigningKeySet{std::move(*active), std::move(next), std::move(retired)};
}

Timestamp may_sign_from(const SigningKeyDetails& next, const RotationPolicy& policy) {
  return next.key.created_at + policy.publish_ahead;
}

std::optional<Timestamp> next_rotation(const SigningKeySet& keys, const RotationPolicy& policy) {
  if (!keys.next) return std::nullopt;
  std::optional<Timestamp> rotation = keys.next->activates_at;
  if (policy.lifetime) {
    const auto since = keys.active.activated_at.value_or(keys.active.key.created_at);
    const Timestamp too_old = since + *policy.lifetime;
    rotation = rotation ? std::min(*rotation, too_old) : too_old;
  }
  if (!rotation) return std::nullopt;
  return std::max(*rotation, may_sign_from(*keys.next, policy));
}

std::optional<Timestamp> published_until(const SigningKeyDetails& key) {
  if (!key.retired_at) return std::nullopt;
  return *key.retired_at + kMaxTokenLifetime + kClockTolerance;
}

bool is_published(const SigningKeyDetails& key, Timestamp now) {
  const auto until = published_until(key);
  return !until || now < *until;
}

Result<void> check_rotation(const SigningKeySet& keys, RotationMode mode, Timestamp now) {
  if (mode == RotationMode::compromised) return {};
  const auto retired =
      std::count_if(keys.retired.begin(), keys.retired.end(),
                    [&](const SigningKeyDetails& key) { return is_published(key, now); });
  // Plus the active key and the next one, which exists or will be created.
  if (std::size_t(retired) + 2 < kMaxPublishedKeys) return {};
  return failure(ErrorCode::conflict, "the project already publishes " +
                                          std::to_string(kMaxPublishedKeys) +
                                          " keys, the maximum; wait until one expires");
}

std::chrono::seconds jwks_max_age(const RotationPolicy& policy) {
  constexpr std::chrono::seconds kLongest = std::chrono::minutes(5);
  // A third, since a copy can reach that age in each of two caches on the way.
  return std::min(kLongest, policy.publish_ahead / 3);
}

}  // namespace ptkl
