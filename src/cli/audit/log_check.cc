#include "cli/audit/log_check.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "crypto/audit_head.h"
#include "wire/audit.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string words_for(const AuditFault& fault) {
  switch (fault.problem) {
    case AuditProblem::changed:
      return fmt::format("event {} was changed: its hash does not fit what it says", fault.number);
    case AuditProblem::replaced:
      return fmt::format(
          "events were replaced: somewhere from {} to {}, which is not the one "
          "that the next one follows",
          fault.number, fault.through);
    case AuditProblem::missing:
      return fmt::format("event {} is missing", fault.number);
    case AuditProblem::out_of_order:
      return fmt::format("event {} is not in its place", fault.number);
    case AuditProblem::rewritten:
      return fmt::format(
          "events were rewritten: somewhere from {} to {}, which is not the one "
          "that was signed for",
          fault.number, fault.through);
    case AuditProblem::cut_off:
      return fmt::format("the end was cut off: events {} to {} are missing", fault.number,
                         fault.through);
    case AuditProblem::bad_signature:
      return fmt::format("the head of event {} was not signed by the project's key", fault.number);
  }
  return {};
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value to_json(const std::optional<AuditFault>& fault) {
  if (!fault) return nullptr;
  return json::object{
      {"number", fault->number}, {"problem", to_text(fault->problem)}, {"through", fault->through}};
}

}  // namespace

Result<void> LogCheck::add_head(std::string_view jws, std::int64_t number) {
  auto head = crypto::verify_audit_head(jws, jwk_);
  if (!head && head.error().code == ErrorCode::invalid_argument) {
    return failure(std::move(head.error()));
  }
  if (!head) {
    heads_.push_back({number, std::nullopt});
    return {};
  }
  attested_ = std::max(attested_, head->number);
  heads_.push_back({head->number, std::move(*head)});
  return {};
}

Result<void> LogCheck::add_event(const json::object& event) {
  const auto* number = event.if_contains("number");
  if (number == nullptr || !number->is_int64()) {
    return failure(ErrorCode::invalid_argument, "not an event of an audit log");
  }
  json::object hashed = event;
  hashed.erase("hash");
  const auto text = wire::to_canonical(hashed);
  if (!text) return failure(text.error());
  if (!check_) check_ = std::make_unique<AuditChainCheck>(std::move(heads_));
  check_->add({number->get_int64(), text_at(event, "previous_hash"), text_at(event, "hash"),
               crypto::audit_hash(*text)});
  return {};
}

LogVerdict LogCheck::finish() {
  if (!check_) check_ = std::make_unique<AuditChainCheck>(std::move(heads_));
  const AuditReport report = check_->finish();
  LogVerdict verdict;
  if (report.fault) verdict.fault = words_for(*report.fault);
  if (!refusal_.empty()) {
    if (report.fault) verdict.fault += "; ";
    verdict.fault += "the server refuses to sign it: " + refusal_;
  }
  verdict.report = {{"verified_events", report.verified_events},
                    {"first", report.first},
                    {"last", report.last},
                    {"attested", attested_},
                    {"whole", verdict.fault.empty()},
                    {"refusal", text_or_null(refusal_)},
                    {"first_bad", to_json(report.fault)}};
  return verdict;
}

}  // namespace ptkl::cli::audit
