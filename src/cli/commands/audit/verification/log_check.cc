#include "cli/commands/audit/verification/log_check.h"

#include <utility>

#include <fmt/format.h>

#include "crypto/audit_checkpoint.h"
#include "crypto/public_jwk.h"
#include "wire/audit.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

/// Of what cannot be hashed; equals no hash that an event may claim.
constexpr std::string_view kNoHash = "-";

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
      if (fault.number == 0) return "a head was not signed by the project's key";
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

LogCheck::LogCheck(std::string jwk) : jwk_(std::move(jwk)) {}

Result<std::optional<AuditCheckpoint>> LogCheck::take_head(std::string_view jws,
                                                           std::int64_t number) {
  auto head = crypto::verify_audit_head(jws, jwk_);
  if (!head && head.error().code == ErrorCode::invalid_argument) {
    return failure(ErrorCode::invalid_argument, "the key: " + head.error().message);
  }
  if (!head) {
    heads_.push_back({number, std::nullopt});
    return std::nullopt;
  }
  heads_.push_back({head->number, *head});
  if (!newest_ || head->number >= newest_->number) newest_ = *head;
  return std::move(*head);
}

Result<void> LogCheck::add_head(std::string_view jws, std::int64_t number) {
  auto head = take_head(jws, number);
  if (!head) return failure(std::move(head.error()));
  return {};
}

Result<void> LogCheck::add_kept_head(std::string_view jws, std::int64_t number) {
  auto head = take_head(jws, number);
  if (!head) return failure(std::move(head.error()));
  kept_ = std::move(*head);
  return {};
}

void LogCheck::add_event(const json::value& event) {
  const auto* object = event.if_object();
  const auto* number = object != nullptr ? object->if_contains("number") : nullptr;
  if (number == nullptr || !number->is_int64()) return add_unreadable_event();
  json::object hashed = *object;
  hashed.erase("hash");
  const auto text = wire::to_canonical(hashed);
  add_link({number->get_int64(), text_at(*object, "previous_hash"), text_at(*object, "hash"),
            text ? crypto::audit_hash(*text) : std::string(kNoHash)});
}

void LogCheck::add_unreadable_event() {
  if (last_ > 0) return add_link({last_ + 1, "", "", std::string(kNoHash)});
  const AuditCheckpoint begin = newest_.value_or(AuditCheckpoint());
  add_link({begin.first, begin.first_previous_hash, "", std::string(kNoHash)});
}

void LogCheck::add_link(AuditLink link) {
  if (!check_) check_ = std::make_unique<AuditChainCheck>(std::move(heads_));
  if (!first_) first_ = link;
  last_ = link.number;
  check_->add(std::move(link));
}

/// What lies just before the beginning is known by its hash.
bool LogCheck::continues_kept_head() const {
  if (!kept_ || !first_ || kept_->number >= first_->number) return true;
  return kept_->number + 1 == first_->number && kept_->hash == first_->previous_hash;
}

LogVerdict LogCheck::judge(const AuditReport& report) const {
  LogVerdict verdict;
  if (report.fault) {
    verdict.problem = report.fault->problem;
    verdict.fault = words_for(*report.fault);
  }
  if (!refusal_.empty()) {
    if (report.fault) verdict.fault += "; ";
    verdict.fault += "the server refuses to sign it: " + refusal_;
  }
  if (!verdict.fault.empty()) return verdict;
  if (!newest_) {
    verdict.doubt = "no signed head vouches for any of its events";
    verdict.hint = "export it again, with its heads, or give a head that you kept with --head";
  } else if (!continues_kept_head()) {
    verdict.doubt = fmt::format(
        "the log begins with event {}, and cannot be compared with the head that you kept, of "
        "event {}",
        first_->number, kept_->number);
    verdict.hint = "give a newer head; an export from before the log was shortened fits this one";
  }
  return verdict;
}

LogVerdict LogCheck::finish() {
  if (!check_) check_ = std::make_unique<AuditChainCheck>(std::move(heads_));
  const AuditReport report = check_->finish();
  LogVerdict verdict = judge(report);
  json::value whole = verdict.fault.empty();
  if (verdict.fault.empty() && !verdict.doubt.empty()) whole = nullptr;
  const auto point = crypto::parse_ed25519_jwk(jwk_);
  verdict.report = {{"key", text_or_null(point ? crypto::thumbprint(*point) : "")},
                    {"verified_events", report.verified_events},
                    {"first", report.first},
                    {"last", report.last},
                    {"attested", attested()},
                    {"whole", std::move(whole)},
                    {"refusal", text_or_null(refusal_)},
                    {"first_bad", to_json(report.fault)}};
  return verdict;
}

}  // namespace ptkl::cli::audit
