// When a project's signing keys change, and for how long each is published: rules over values, without
// a clock and without a database.
//
// A key is first `next`: published, so that verifiers know it, but not signing. Then it is `active`, as
// one key of each project is, and signs. At last it is `retired`: published until the last token that it
// signed is dead, then deleted.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "core/project.h"
#include "core/signing_key.h"

namespace ptkl {

struct RotationPolicy {
  /// How long a key is published before it signs: longer than verifiers keep a JWKS.
  std::chrono::seconds publish_ahead = std::chrono::minutes(15);
  /// How long a key signs before the next one takes over; nothing: until it is told to.
  std::optional<std::chrono::seconds> lifetime = std::chrono::days(90);
};

enum class SigningKeyStatus { active, next, retired };

std::string_view to_text(SigningKeyStatus status);

enum class RotationMode {
  scheduled,    ///< as soon as every verifier can know the next key
  now,          ///< at once, although some verifiers may not know it yet
  compromised,  ///< at once, and every token that was signed until now is dead
};

std::string_view to_text(RotationMode mode);
/// Fails with invalid_argument.
Result<RotationMode> parse_rotation_mode(std::string_view text);

struct RotateKeys {
  /// Becomes the project's; absent: the project's stays.
  std::optional<SigningAlgorithm> algorithm;
  RotationMode mode = RotationMode::scheduled;
};

struct SigningKeyDetails {
  SigningKey key;
  SigningKeyStatus status = SigningKeyStatus::next;
  /// Of a next key: when somebody asked for it to take over; nothing when nobody did.
  std::optional<Timestamp> activates_at;
  std::optional<Timestamp> activated_at;
  std::optional<Timestamp> retired_at;
};

/// A project's keys by what they are for.
struct SigningKeySet {
  SigningKeyDetails active;
  /// Absent only in a project that was made before there were next keys, until it gets one.
  std::optional<SigningKeyDetails> next;
  std::vector<SigningKeyDetails> retired;
};

/// Fails with internal unless exactly one of `keys` is active and at most one is next.
Result<SigningKeySet> to_signing_key_set(std::vector<SigningKeyDetails> keys);

/// From when `next` has been published for long enough.
Timestamp may_sign_from(const SigningKeyDetails& next, const RotationPolicy& policy);

/// When the next key takes over: when it was asked for or the active key is too old, but not before
/// may_sign_from(). Nothing: not until somebody asks for it.
std::optional<Timestamp> next_rotation(const SigningKeySet& keys, const RotationPolicy& policy);

/// Of a retired key: when no token that it signed can be alive any more, whichever node signed it.
/// Nothing for the others.
std::optional<Timestamp> published_until(const SigningKeyDetails& key);
/// Whether the JWKS shows it.
bool is_published(const SigningKeyDetails& key, Timestamp now);

/// How many keys of a project commands may publish: each is read, and shown to anybody who asks, until
/// it is over, and commands can come in a loop. Rotation by age stays far below.
inline constexpr std::size_t kMaxPublishedKeys = 16;

/// Whether a command may rotate in that way. Fails with conflict while it would publish too many keys;
/// `compromised` deletes those that have signed, so it is never refused.
Result<void> check_rotation(const SigningKeySet& keys, RotationMode mode, Timestamp now);

/// How long a verifier may keep a JWKS and still know each key before it signs.
std::chrono::seconds jwks_max_age(const RotationPolicy& policy);

}  // namespace ptkl
