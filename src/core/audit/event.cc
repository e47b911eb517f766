#include "core/audit/event.h"

#include "core/audit/canonical_json.h"

namespace ptkl {
namespace {

std::string to_json(const AuditActor& actor) {
  CanonicalObject object;
  object.add_text_or_null("credential", actor.credential);
  object.add_text_or_null("id", actor.id);
  object.add_text("kind", to_text(actor.kind));
  object.add_text_or_null("name", actor.name);
  return std::move(object).finish();
}

std::string to_json(const AuditTarget& target) {
  if (target.type.empty()) return {};
  CanonicalObject object;
  object.add_text_or_null("id", target.id);
  object.add_text_or_null("name", target.name);
  object.add_text("type", target.type);
  return std::move(object).finish();
}

enum class Hash { left_out, shown };

std::string write(const AuditEvent& event, Hash hash) {
  CanonicalObject object;
  object.add_text("action", event.action);
  object.add_json("actor", to_json(event.actor));
  object.add_json("after", event.after);
  object.add_text("at", to_rfc3339(event.at));
  object.add_json("before", event.before);
  object.add_integer("count", event.count);
  if (hash == Hash::shown) object.add_text("hash", event.hash);
  object.add_text("id", event.id.text());
  object.add_integer("number", event.number);
  object.add_text("outcome", to_text(event.outcome));
  object.add_text_or_null("previous_hash", event.previous_hash);
  object.add_text_or_null("reason", event.reason);
  object.add_text_or_null("request_id", event.request_id);
  object.add_text_or_null("source_address", event.source_address);
  object.add_json("target", to_json(event.target));
  return std::move(object).finish();
}

}  // namespace

std::string_view to_text(AuditActorKind kind) {
  switch (kind) {
    case AuditActorKind::api_user:
      return "api_user";
    case AuditActorKind::user:
      return "user";
    case AuditActorKind::system:
      return "system";
    case AuditActorKind::unauthenticated:
      return "unauthenticated";
  }
  return "";
}

Result<AuditActorKind> parse_audit_actor_kind(std::string_view text) {
  for (const auto kind : {AuditActorKind::api_user, AuditActorKind::user, AuditActorKind::system,
                          AuditActorKind::unauthenticated}) {
    if (text == to_text(kind)) return kind;
  }
  return failure(ErrorCode::invalid_argument, "expected api_user, user, system or unauthenticated");
}

std::string_view to_text(AuditOutcome outcome) {
  return outcome == AuditOutcome::success ? "success" : "failure";
}

Result<AuditOutcome> parse_audit_outcome(std::string_view text) {
  for (const auto outcome : {AuditOutcome::success, AuditOutcome::failure}) {
    if (text == to_text(outcome)) return outcome;
  }
  return failure(ErrorCode::invalid_argument, "expected success or failure");
}

std::string to_hashed_json(const AuditEvent& event) { return write(event, Hash::left_out); }

std::string to_json(const AuditEvent& event) { return write(event, Hash::shown); }

namespace {

std::string to_json(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    json += to_canonical_json(text);
  }
  return json + ']';
}

struct AddTo {
  CanonicalObject& object;
  const std::string& name;

  void operator()(std::monostate) const { object.add_json(name, ""); }
  void operator()(bool truth) const { object.add_json(name, truth ? "true" : "false"); }
  void operator()(std::int64_t number) const { object.add_integer(name, number); }
  void operator()(const std::string& text) const { object.add_text(name, text); }
  void operator()(const std::vector<std::string>& texts) const {
    object.add_json(name, to_json(texts));
  }
};

}  // namespace

std::string AuditDetails::to_json() const {
  if (facts_.empty()) return {};
  CanonicalObject object;
  for (const auto& [name, value] : facts_) std::visit(AddTo{object, name}, value);
  return std::move(object).finish();
}

}  // namespace ptkl
