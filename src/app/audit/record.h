// Writes audit events, in the same transaction as the change that they record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/access/project_transaction.h"
#include "core/audit/event.h"
#include "core/keys/signing_key_rotation.h"

namespace ptkl::app {

/// An event without its actor, origin and time, which ProjectTransaction holds.
struct AuditEntry {
  std::string_view action;  ///< one of audit_actions
  AuditTarget target = {};
  AuditDetails before = {};
  AuditDetails after = {};
  AuditOutcome outcome = AuditOutcome::success;
  std::string reason = {};
  std::int64_t count = 1;
  /// Replaces ProjectTransaction::by as the actor.
  std::optional<AuditActor> actor = {};
};

/// Appends the event to the project's chain. Reads the chain's end once per transaction.
/// Requires: is called last, and only when something changes.
Result<void> record(ProjectTransaction& change, const AuditEntry& entry);

AuditTarget audit_target(const ApiUser& user);
AuditTarget audit_target(const Role& role);
AuditTarget audit_target(const User& user);
AuditTarget audit_target(const SigningKey& key);

/// The facts that events record about an entity. Roles are given by name.
AuditDetails audit_details(const ApiUserDetails& user);
AuditDetails audit_details(const Role& role);
AuditDetails audit_details(const UserDetails& user);
AuditDetails audit_details(const SigningKeyDetails& key);

/// null when absent.
AuditDetails::Value audit_value(const std::optional<Timestamp>& time);

/// The actor of an event; an `initiator` without a principal is the server.
AuditActor audit_actor(const Initiator& initiator);

}  // namespace ptkl::app
