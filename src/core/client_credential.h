// Client credentials, with which API users authenticate. All kinds have an id, a status slot, a lifetime and
// a record of use; they differ in the data that a proof is checked against.
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
#include "core/status_list.h"

namespace ptkl {

/// The kinds of client credentials. Only secrets can be created so far.
enum class CredentialKind {
  secret,              ///< a generated secret (RFC 6749 §2.3.1)
  public_key,          ///< a public key whose private key signs assertions (RFC 7523)
  federated_identity,  ///< an identity that another issuer asserts for a workload (RFC 8693)
};

/// The enumerator's name.
std::string_view to_text(CredentialKind kind);

/// The stored data of a secret. The secret itself is not stored.
struct SharedSecret {
  Digest hash;       ///< HMAC-SHA-256 of the whole text
  std::string hint;  ///< its last four characters
};

/// The data that a proof is checked against, one alternative for each kind that can be created. A new
/// alternative does not compile until every std::visit over it handles it.
using CredentialVerifier = std::variant<SharedSecret>;

enum class CredentialStatus {
  current,      ///< valid, and not replaced
  overlapping,  ///< replaced, but still valid until the overlap ends
  revoked,
  expired,
};
/// The enumerator's name.
std::string_view to_text(CredentialStatus status);

/// One client credential as it is stored. Its status follows from its times and the present time.
struct ClientCredential {
  CredentialId id;
  Uuid api_user;
  CredentialVerifier verifier;
  std::string label;
  /// Named by the tokens of the credential; while changes of rights are pending, new tokens name a later
  /// generation of it.
  StatusSlot slot;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  /// The end of its overlap; absent unless a newer credential has replaced it with an overlap.
  std::optional<Timestamp> works_until;
  std::optional<Timestamp> revoked_at;
  std::optional<Timestamp> last_used_at;
  std::string last_used_from;  ///< source address of the last successful use; may be empty
  /// When it was replaced with an overlap; absent also if it was replaced before this was stored.
  std::optional<Timestamp> replaced_at = {};
  /// How long it may be idle after the expiry of its last token before its overlap ends early;
  /// absent: the overlap ends at works_until.
  std::optional<std::chrono::seconds> until_idle = {};
  /// When the end of its overlap has to be checked next; absent unless it has an overlap to end.
  std::optional<Timestamp> due_at = {};

  CredentialKind kind() const;
  CredentialStatus status(Timestamp now) const;
  bool is_live(Timestamp now) const;
  /// The time from which it is no longer valid without being revoked: the earlier of expires_at and
  /// works_until.
  std::optional<Timestamp> ends_at() const;
  /// Whether an overlapping credential was used since it was replaced; absent for other credentials.
  std::optional<bool> is_in_use(Timestamp now) const;
  /// The latest possible `exp` of its tokens, which matters to verifiers that do not read status lists. A
  /// token expires after `token_lifetime`, and not after `expires_at`. An overlap does not shorten it.
  /// Absent if the credential was never used.
  std::optional<Timestamp> last_token_expires_at(std::chrono::seconds token_lifetime) const;
};

}  // namespace ptkl
