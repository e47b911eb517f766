// Events of the audit log, written in the same transaction as what they tell of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/access/project_transaction.h"
#include "core/audit/details.h"
#include "core/audit/event.h"

namespace ptkl::app {

/// What the event tells besides who it was, from where, and when: that ProjectTransaction knows.
struct AuditEntry {
  std::string_view action;  ///< one of audit_actions
  AuditTarget target = {};
  AuditDetails before = {};
  AuditDetails after = {};
  AuditOutcome outcome = AuditOutcome::success;
  std::string reason = {};
  std::int64_t count = 1;
  /// Of an event that ProjectTransaction::by did not make.
  std::optional<AuditActor> actor = {};
};

/// Appends the event to the project's chain; it stands once the transaction does. Call it last, and only
/// when something changes. Reads the chain's end once per transaction.
Result<void> record(ProjectTransaction& change, const AuditEntry& entry);

AuditTarget audit_target(const ApiUser& user);
AuditTarget audit_target(const Role& role);
AuditTarget audit_target(const User& user);

/// What is told of a thing. Roles go by their names.
AuditDetails audit_details(const ApiUserDetails& user);
AuditDetails audit_details(const Role& role);
AuditDetails audit_details(const UserDetails& user);

/// null where there is none.
AuditDetails::Value audit_value(const std::optional<Timestamp>& time);

/// Who did something; `initiator` without a principal is the server.
AuditActor audit_actor(const Initiator& initiator);

}  // namespace ptkl::app
