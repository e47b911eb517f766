#include "app/audit/record.h"

#include <algorithm>
#include <utility>

#include "core/text_list.h"

namespace ptkl::app {
namespace {

AuditEvent make_event(ProjectTransaction& change, const AuditEntry& entry,
                      const AuditChainEnd& end) {
  // A clock may be set back; times in the log never decrease.
  const Timestamp at = std::max(change.now, end.at);
  return {.id = change.context.random_source.make_uuid(at),
          .number = end.number + 1,
          .at = at,
          .actor = entry.actor ? *entry.actor : audit_actor(change.by),
          .action = std::string(entry.action),
          .target = entry.target,
          .source_address = change.by.origin.source_address,
          .request_id = change.by.origin.request_id,
          .outcome = entry.outcome,
          .reason = entry.reason,
          .count = entry.count,
          .before = entry.before.to_json(),
          .after = entry.after.to_json(),
          .previous_hash = end.hash,
          .hash = {}};
}

}  // namespace

Result<void> record(ProjectTransaction& change, const AuditEntry& entry) {
  auto& log = change.transaction.audit();
  if (!change.audit_end) {
    auto end = log.find_end(change.project);
    if (!end) return failed(end);
    change.audit_end = std::move(*end);
  }
  AuditEvent event = make_event(change, entry, *change.audit_end);
  event.hash = change.context.audit_signer.hash(to_hashed_json(event));
  if (auto done = log.append(change.project, event); !done) return done;
  change.audit_end = AuditChainEnd{event.number, std::move(event.hash), event.at};
  return {};
}

AuditTarget audit_target(const ApiUser& user) {
  return {"api_user", user.id.text(), user.username.text()};
}

AuditTarget audit_target(const Role& role) { return {"role", role.id.text(), role.name.text()}; }

AuditTarget audit_target(const User& user) { return {"user", user.id.text(), user.email.text()}; }

AuditTarget audit_target(const SigningKey& key) { return {"signing_key", key.kid, ""}; }

AuditDetails audit_details(const ApiUserDetails& user) {
  return {{"description", user.user.description},
          {"roles", texts_of(user.roles, [](const Role& role) { return role.name.text(); })},
          {"status", std::string(to_text(user.user.status))},
          {"username", user.user.username.text()}};
}

AuditDetails audit_details(const Role& role) {
  const auto text_of = [](const auto& thing) { return thing.text(); };
  return {{"level", std::int64_t{role.level.value()}},
          {"name", role.name.text()},
          {"permissions", texts_of(role.permissions, text_of)},
          {"workspaces", texts_of(role.workspaces, text_of)}};
}

AuditDetails audit_details(const UserDetails& user) {
  return {{"email", user.user.email.text()},
          {"invitation_expires_at", audit_value(user.user.invitation_expires_at)},
          {"roles", texts_of(user.roles, [](const Role& role) { return role.name.text(); })},
          {"status", std::string(to_text(user.user.status()))}};
}

AuditDetails audit_details(const SigningKeyDetails& key) {
  return {{"activates_at", audit_value(key.activates_at)},
          {"algorithm", std::string(to_text(key.key.algorithm))},
          {"kid", key.key.kid},
          {"status", std::string(to_text(key.status))}};
}

AuditDetails::Value audit_value(const std::optional<Timestamp>& time) {
  if (!time) return std::monostate();
  return to_rfc3339(*time);
}

AuditActor audit_actor(const Initiator& initiator) {
  if (!initiator.principal) return {};
  const Principal& principal = *initiator.principal;
  const auto kind =
      principal.kind == PrincipalKind::api_user ? AuditActorKind::api_user : AuditActorKind::user;
  return {kind, principal.id.text(), principal.name, initiator.credential};
}

}  // namespace ptkl::app
