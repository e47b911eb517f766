// Rules for rotating a project's signing keys: when the next key takes over, and how long a key stays in
// the JWKS. Pure functions, without a clock or a database.
//
// A key is first `next`: published, so that verifiers learn it, but not used for signing. Then it is
// `active`: it signs, and is the only key of the project that does. Finally it is `retired`: published
// until the last token that it signed has expired, then deleted.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "core/keys/signing_key.h"
#include "core/project.h"

namespace ptkl {

struct RotationPolicy {
  /// How long a key is published before it signs; longer than verifiers cache a JWKS.
  std::chrono::seconds publish_ahead = std::chrono::minutes(15);
  /// How long a key signs before the next one takes over; absent: no rotation by age.
  std::optional<std::chrono::seconds> lifetime = std::chrono::days(90);
};

enum class SigningKeyStatus { active, next, retired };

std::string_view to_text(SigningKeyStatus status);

enum class RotationMode {
  scheduled,    ///< once every verifier can know the next key
  now,          ///< immediately, although some verifiers may not know the next key yet
  compromised,  ///< immediately; every token that was signed so far becomes invalid
};

std::string_view to_text(RotationMode mode);
/// Errors: invalid_argument.
Result<RotationMode> parse_rotation_mode(std::string_view text);

struct RotateKeys {
  /// Becomes the project's; absent: the project's stays.
  std::optional<SigningAlgorithm> algorithm;
  RotationMode mode = RotationMode::scheduled;
};

struct SigningKeyDetails {
  SigningKey key;
  SigningKeyStatus status = SigningKeyStatus::next;
  /// For a next key: when a scheduled rotation was requested for; absent if there was no request.
  std::optional<Timestamp> activates_at;
  std::optional<Timestamp> activated_at;
  std::optional<Timestamp> retired_at;
};

/// A project's keys by status.
struct SigningKeySet {
  SigningKeyDetails active;
  /// Absent only for a short time in a project of an older version, which had no next keys.
  std::optional<SigningKeyDetails> next;
  std::vector<SigningKeyDetails> retired;
};

/// Errors: internal unless exactly one of `keys` is active and at most one is next.
Result<SigningKeySet> to_signing_key_set(std::vector<SigningKeyDetails> keys);

/// When `next` will have been published for long enough to sign.
Timestamp may_sign_from(const SigningKeyDetails& next, const RotationPolicy& policy);

/// When the next key takes over: at the time of the scheduled rotation or when the active key reaches
/// its lifetime, but not before may_sign_from(). Absent if neither applies.
std::optional<Timestamp> next_rotation(const SigningKeySet& keys, const RotationPolicy& policy);

/// For a retired key: when every token that it signed has expired, whichever server signed it. Absent
/// for other keys.
std::optional<Timestamp> published_until(const SigningKeyDetails& key);
/// Whether the JWKS contains the key.
bool is_published(const SigningKeyDetails& key, Timestamp now);

/// The maximum of published keys of a project that commands can reach, since every response with the
/// JWKS contains all of them. Rotation by age stays far below.
inline constexpr std::size_t kMaxPublishedKeys = 16;

/// Checks that a command may rotate in that mode. `compromised` is always permitted, since it deletes
/// all keys that have signed.
/// Errors: conflict if the project publishes kMaxPublishedKeys already.
Result<void> check_rotation(const SigningKeySet& keys, RotationMode mode, Timestamp now);

/// How long a verifier may cache a JWKS and still know each key before it signs.
std::chrono::seconds jwks_max_age(const RotationPolicy& policy);

}  // namespace ptkl
