// The audit log: a chain of events per project, in which each event holds the hash of its predecessor, and the facts
// that events record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/page.h"

namespace ptkl {

/// `system` is the server itself, or an administrator who runs its commands on the machine.
/// `unauthenticated` is a caller whose authentication failed.
enum class AuditActorKind { api_user, user, system, unauthenticated };
std::string_view to_text(AuditActorKind kind);
/// Errors: invalid_argument.
Result<AuditActorKind> parse_audit_actor_kind(std::string_view text);

enum class AuditOutcome { success, failure };
std::string_view to_text(AuditOutcome outcome);
/// Errors: invalid_argument.
Result<AuditOutcome> parse_audit_outcome(std::string_view text);

/// Facts by name, such as `{{"username", "ci-bot"}, {"level", std::int64_t{20}}}`. A SecretString does not
/// convert to a Value, so it cannot be recorded. Requires: names are ASCII.
class AuditDetails {
 public:
  /// null, true or false, a whole number, a text, or a list of texts.
  using Value =
      std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

  AuditDetails() = default;
  AuditDetails(std::initializer_list<std::pair<const std::string, Value>> facts) : facts_(facts) {}

  void set(std::string name, Value value) { facts_[std::move(name)] = std::move(value); }
  bool empty() const { return facts_.empty(); }

  /// One JSON object in canonical form (RFC 8785); an empty string when there are no facts.
  std::string to_json() const;

 private:
  std::map<std::string, Value> facts_;
};

/// Unknown members are empty, here and below.
struct AuditActor {
  AuditActorKind kind = AuditActorKind::system;
  std::string id;
  std::string name;        ///< username or email, possibly only claimed
  std::string credential;  ///< the id of the secret or session
};

struct AuditTarget {
  std::string type;  ///< such as `api_user`; empty: no target
  std::string id;
  std::string name;
};

/// Never holds a secret, a token or a password.
struct AuditEvent {
  Uuid id;
  std::int64_t number = 0;  ///< 1, 2, 3, … in its project
  Timestamp at;             ///< never earlier than in the previous event
  AuditActor actor;
  std::string action;
  AuditTarget target;
  std::string source_address;
  std::string request_id;
  AuditOutcome outcome = AuditOutcome::success;
  std::string reason;      ///< of a failure
  std::int64_t count = 1;  ///< how many times it happened
  std::string before;      ///< AuditDetails::to_json()
  std::string after;
  std::string previous_hash;  ///< of the previous event; empty in the first one
  std::string hash;           ///< base64url of SHA-256 over to_hashed_json()
};

/// The event as the API shows it, without `hash`, in canonical form (RFC 8785).
std::string to_hashed_json(const AuditEvent& event);
/// The whole event as the API shows it, in canonical form.
std::string to_json(const AuditEvent& event);

/// Where a chain ends. Number 0 and an empty hash: the log has no event.
struct AuditChainEnd {
  std::int64_t number = 0;
  std::string hash;
  Timestamp at;
};

enum class AuditOrder { newest_first, oldest_first };

/// Filters a project's events. Empty and absent members match every event.
struct AuditQuery {
  std::string actor = {};   ///< its uuid, or its name
  std::string target = {};  ///< its uuid, or its name
  std::string action = {};
  std::optional<Timestamp> since = {};
  std::optional<Timestamp> until = {};  ///< inclusive
  AuditOrder order = AuditOrder::newest_first;
  std::optional<std::int64_t> after = {};  ///< the last number of the previous page
  std::size_t limit = kDefaultPageSize;    ///< 1 to kMaxPageSize
};

struct AuditPage {
  std::vector<AuditEvent> items;
  /// `after` of the next page; absent on the last page. A page with fewer events than the limit, or none,
  /// may still have a next page: the search stops after kMaxAuditScan events.
  std::optional<std::int64_t> next;
};

/// The actions of events. Each one is described in docs/audit-log.md.
namespace audit_actions {
inline constexpr std::string_view kProjectCreated = "project.created";
inline constexpr std::string_view kApiUserCreated = "api_user.created";
inline constexpr std::string_view kApiUserEdited = "api_user.edited";
inline constexpr std::string_view kApiUserDeleted = "api_user.deleted";
inline constexpr std::string_view kSecretCreated = "secret.created";
inline constexpr std::string_view kSecretRevoked = "secret.revoked";
inline constexpr std::string_view kOverlapEnded = "secret.overlap_ended";
inline constexpr std::string_view kRoleCreated = "role.created";
inline constexpr std::string_view kRoleEdited = "role.edited";
inline constexpr std::string_view kRoleDeleted = "role.deleted";
inline constexpr std::string_view kSigningKeyCreated = "signing_key.created";
inline constexpr std::string_view kSigningKeyScheduled = "signing_key.scheduled";
inline constexpr std::string_view kSigningKeyRotated = "signing_key.rotated";
inline constexpr std::string_view kSigningKeyDeleted = "signing_key.deleted";
inline constexpr std::string_view kTokenRevoked = "token.revoked";
inline constexpr std::string_view kTokenIssued = "token.issued";
inline constexpr std::string_view kTokenRefused = "token.refused";
inline constexpr std::string_view kInvitationCreated = "invitation.created";
inline constexpr std::string_view kInvitationRenewed = "invitation.renewed";
inline constexpr std::string_view kInvitationWithdrawn = "invitation.withdrawn";
inline constexpr std::string_view kInvitationAccepted = "invitation.accepted";
inline constexpr std::string_view kInvitationRefused = "invitation.refused";
inline constexpr std::string_view kUserDeleted = "user.deleted";
inline constexpr std::string_view kSessionStarted = "session.started";
inline constexpr std::string_view kSessionRefused = "session.refused";
inline constexpr std::string_view kAuditPruned = "audit.pruned";
}  // namespace audit_actions

}  // namespace ptkl
