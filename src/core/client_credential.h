// Client credentials: what an API user authenticates with. All kinds share identity, status slot,
// lifetime and record of use; they differ in what a proof is checked against.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/encoding.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/secret.h"
#include "core/status_slot.h"

namespace ptkl {

/// A generated secret (RFC 6749 §2.3.1), a public key whose private key signs assertions (RFC 7523), or
/// the identity that another issuer gives a workload (RFC 8693). Only secrets can be created so far.
enum class CredentialKind { secret, public_key, federated_identity };

/// The enumerator's name.
std::string_view to_text(CredentialKind kind);

/// What a secret is checked against. The secret itself is not stored.
struct SharedSecret {
  Digest hash;       ///< HMAC-SHA-256 of the whole text
  std::string hint;  ///< its last four characters
};

/// What a proof is checked against, one alternative for each kind that can be created. A new alternative
/// does not compile until each std::visit over it says what it means there.
using CredentialVerifier = std::variant<SharedSecret>;

enum class CredentialStatus { current, overlapping, revoked, expired };
std::string_view to_text(CredentialStatus status);

/// Its status follows from the times and from now.
struct ClientCredential {
  CredentialId id;
  Uuid api_user;
  CredentialVerifier verifier;
  std::string label;
  StatusSlot slot;  ///< named by every token that the credential issues
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp>
      works_until;  ///< set when a newer credential replaced it with an overlap
  std::optional<Timestamp> revoked_at;
  std::optional<Timestamp> last_used_at;
  std::string last_used_from;  ///< source address of the last successful use; may be empty
  /// When it was replaced with an overlap. Absent for what was replaced before this was stored.
  std::optional<Timestamp> replaced_at = {};
  /// How long it may be idle after the expiry of its last token before its overlap ends early;
  /// absent: the overlap ends at works_until.
  std::optional<std::chrono::seconds> until_idle = {};
  /// When the end of its overlap has to be checked next; absent when nothing is left to end.
  std::optional<Timestamp> due_at = {};
  /// A slot that the credential owns besides `slot`: tokens name it while a change of rights still has to
  /// invalidate `slot`, so that they outlive that change. Absent until the credential needs one.
  std::optional<StatusSlot> second_slot = {};

  CredentialKind kind() const;
  CredentialStatus status(Timestamp now) const;
  bool is_live(Timestamp now) const;
  /// The moment from which it no longer works by itself: the earlier of expires_at and works_until.
  std::optional<Timestamp> ends_at() const;
  /// Whether an overlapping credential was used since it was replaced; absent for any other.
  std::optional<bool> is_in_use(Timestamp now) const;
  /// The latest `exp` of its tokens, for verifiers that do not read status lists: a token lives for
  /// `token_lifetime`, but not past `expires_at`. An overlap that was set later does not shorten it.
  /// Absent when the credential was never used.
  std::optional<Timestamp> last_token_expires_at(std::chrono::seconds token_lifetime) const;
};

}  // namespace ptkl
