#include "cli/commands/audit/verification/log_check.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "crypto/audit_checkpoint.h"
#include "crypto/public_jwk.h"
#include "wire/audit.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

/// The hash of what cannot be hashed; equals no hash that an event may state.
constexpr std::string_view kNoHash = "-";

std::string describe(const AuditFault& fault) {
  switch (fault.problem) {
    case AuditProblem::changed:
      return fmt::format("event {} was changed: its hash does not match its content", fault.number);
    case AuditProblem::replaced:
      return fmt::format(
          "events {} to {}: at least one was replaced, and the next does not follow it",
          fault.number, fault.through);
    case AuditProblem::missing:
      return fmt::format("event {} is missing", fault.number);
    case AuditProblem::out_of_order:
      return fmt::format("event {} is out of order", fault.number);
    case AuditProblem::rewritten:
      return fmt::format(
          "events {} to {}: at least one is not the event that a checkpoint was signed for",
          fault.number, fault.through);
    case AuditProblem::cut_off:
      return fmt::format("events {} to {} were removed at the end", fault.number, fault.through);
    case AuditProblem::bad_signature:
      if (fault.number == 0) return "a checkpoint was not signed by the project's key";
      return fmt::format("the checkpoint of event {} was not signed by the project's key",
                         fault.number);
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

json::value to_json(LogVerdict::State state) {
  if (state == LogVerdict::State::unknown) return nullptr;
  return state == LogVerdict::State::whole;
}

PresentedCheckpoint to_checkpoint(const json::value& shown) {
  const json::object* const object = shown.if_object();
  if (object == nullptr) return {};
  return {std::string(wire::find_text(*object, "jws").value_or("")),
          wire::find_integer(*object, "number").value_or(0)};
}

/// Feeds checkpoints and events to the check of the chain.
class LogCheck {
 public:
  explicit LogCheck(std::string jwk) : jwk_(std::move(jwk)) {}

  /// Requires: all checkpoints come before the first event. Gives the verified one; nothing when the
  /// signature is invalid.
  Result<std::optional<AuditCheckpoint>> add(const PresentedCheckpoint& presented) {
    auto verified = crypto::verify_audit_checkpoint(presented.jws, jwk_);
    if (!verified && verified.error().code == ErrorCode::invalid_argument) {
      return failure(ErrorCode::invalid_argument, "the key: " + verified.error().message);
    }
    if (!verified) {
      checkpoints_.push_back({presented.number, std::nullopt});
      return std::nullopt;
    }
    checkpoints_.push_back({verified->number, *verified});
    if (!newest_ || verified->number >= newest_->number) newest_ = *verified;
    return std::move(*verified);
  }

  /// Adds the next event; null when its line is not JSON.
  void add_event(const json::value* event) {
    const json::object* const object = event != nullptr ? event->if_object() : nullptr;
    const auto number = object != nullptr ? wire::find_integer(*object, "number") : std::nullopt;
    if (!number) return add_unreadable_event();
    json::object hashed = *object;
    hashed.erase("hash");
    const auto text = wire::to_canonical(hashed);
    add_link({*number, std::string(wire::find_text(*object, "previous_hash").value_or("")),
              std::string(wire::find_text(*object, "hash").value_or("")),
              text ? crypto::audit_hash(*text) : std::string(kNoHash)});
  }

  LogVerdict finish(const std::string& refusal, const std::optional<AuditCheckpoint>& saved) {
    const AuditReport report = chain().finish();
    LogVerdict verdict = judge(report, refusal, saved);
    const auto point = crypto::parse_ed25519_jwk(jwk_);
    verdict.report = {{"key", text_or_null(point ? crypto::thumbprint(*point) : "")},
                      {"verified_events", report.verified_events},
                      {"first", report.first},
                      {"last", report.last},
                      {"attested", newest_ ? newest_->number : 0},
                      {"whole", to_json(verdict.state)},
                      {"refusal", text_or_null(refusal)},
                      {"first_bad", to_json(report.fault)}};
    return verdict;
  }

 private:
  AuditChainCheck& chain() {
    if (!chain_) chain_ = std::make_unique<AuditChainCheck>(std::move(checkpoints_));
    return *chain_;
  }

  void add_link(AuditLink link) {
    if (!first_) first_ = link;
    last_number_ = link.number;
    chain().add(std::move(link));
  }

  void add_unreadable_event() {
    if (last_number_ > 0) return add_link({last_number_ + 1, "", "", std::string(kNoHash)});
    const AuditCheckpoint begin = newest_.value_or(AuditCheckpoint());
    add_link({begin.first, begin.first_previous_hash, "", std::string(kNoHash)});
  }

  /// The chain check compares it with the event of its number. That event may have been removed by
  /// retention: then only the event after it can tell.
  bool continues(const AuditCheckpoint& saved) const {
    if (!first_ || saved.number >= first_->number) return true;
    return saved.number + 1 == first_->number && saved.hash == first_->previous_hash;
  }

  LogVerdict judge(const AuditReport& report, const std::string& refusal,
                   const std::optional<AuditCheckpoint>& saved) const {
    LogVerdict verdict;
    if (report.fault || !refusal.empty()) {
      verdict.state = LogVerdict::State::broken;
      verdict.fault = report.fault;
      if (report.fault) verdict.reason = describe(*report.fault);
      if (report.fault && !refusal.empty()) verdict.reason += "; ";
      if (!refusal.empty()) verdict.reason += "the server refuses to sign it: " + refusal;
    } else if (!newest_) {
      verdict.state = LogVerdict::State::unknown;
      verdict.reason = "no signed checkpoint covers any of its events";
      verdict.hint = "export it again with its checkpoints, or give a saved checkpoint with --head";
    } else if (saved && !continues(*saved)) {
      verdict.state = LogVerdict::State::unknown;
      verdict.reason = fmt::format(
          "the log begins with event {} and cannot be compared with the saved checkpoint of event "
          "{}",
          first_->number, saved->number);
      verdict.hint =
          "give a newer checkpoint, or verify an export from before retention removed events";
    }
    return verdict;
  }

  std::string jwk_;
  std::vector<ShownAuditCheckpoint> checkpoints_;
  std::optional<AuditCheckpoint> newest_;  ///< of those with a valid signature
  std::unique_ptr<AuditChainCheck> chain_;
  std::optional<AuditLink> first_;
  std::int64_t last_number_ = 0;
};

}  // namespace

Outcome<LogVerdict> check_log(AuditLogSource& source, const SavedEvidence& saved) {
  const auto header = source.read_header();
  if (!header) return failed(header);
  std::string key = saved.key;
  if (key.empty() && !header->key.is_null()) key = json::serialize(header->key);
  if (key.empty() && !(header->checkpoints.empty() && !saved.checkpoint)) {
    return failure(ErrorCode::invalid_argument, "the log does not state the key of its checkpoints",
                   "give the saved key with --key");
  }
  LogCheck check(key);
  for (const json::value& shown : header->checkpoints) {
    if (auto added = check.add(to_checkpoint(shown)); !added) return failed(added);
  }
  std::optional<AuditCheckpoint> verified;
  if (saved.checkpoint) {
    auto added = check.add(*saved.checkpoint);
    if (!added) return failed(added);
    verified = std::move(*added);
  }
  auto read =
      source.for_each_event(header->last_number, [&](const json::value* event) -> Outcome<void> {
        check.add_event(event);
        return {};
      });
  if (!read) return failed(read);
  return check.finish(header->refusal, verified);
}

}  // namespace ptkl::cli::audit
