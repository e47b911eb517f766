#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cli/client/session.h"
#include "cli/commands/audit/audit.h"
#include "cli/commands/audit/verification/log_check.h"
#include "process/private_file.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

/// The text without white space at its end; empty when no file is given.
Outcome<std::string> read_evidence(std::string_view option,
                                   const std::optional<std::string>& file) {
  if (!file) return std::string();
  const auto read = process::read_private_file(*file, process::ReadableBy::anyone);
  if (!read) return option_failure(option, read.error());
  std::string_view text = read->reveal();
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) {
    return failure(ErrorCode::invalid_argument, fmt::format("{}: {} is empty", option, *file), "");
  }
  return std::string(text.substr(0, end + 1));
}

/// The JWK, which `ptkl audit head -f json` prints beside the checkpoint.
std::string key_in(const std::string& text) {
  const auto printed = wire::parse_json(text);
  const json::object* const object = printed ? printed->if_object() : nullptr;
  const json::value* const jwk = object != nullptr ? object->if_contains("key") : nullptr;
  return jwk != nullptr ? json::serialize(*jwk) : text;
}

Outcome<PresentedCheckpoint> checkpoint_in(std::string text) {
  if (text.front() != '{') return PresentedCheckpoint{std::move(text), 0};
  const auto printed = wire::parse_json(text);
  if (!printed) return option_failure("--head", printed.error());
  const json::object& object = printed->get_object();
  return PresentedCheckpoint{std::string(wire::find_text(object, "jws").value_or("")),
                             wire::find_integer(object, "number").value_or(0)};
}

Outcome<SavedEvidence> read_saved(const Verify& command) {
  auto key = read_evidence("--key", command.key);
  if (!key) return failed(key);
  auto head = read_evidence("--head", command.head);
  if (!head) return failed(head);
  SavedEvidence saved{key_in(*key), std::nullopt};
  if (head->empty()) return saved;
  auto checkpoint = checkpoint_in(std::move(*head));
  if (!checkpoint) return failed(checkpoint);
  saved.checkpoint = std::move(*checkpoint);
  return saved;
}

Outcome<LogVerdict> check_server_log(const Context& context, RemoteApi& api,
                                     const SavedEvidence& saved) {
  const auto source = make_server_log(context, api);
  auto verdict = check_log(*source, saved);
  const bool is_missing =
      verdict && verdict->fault && verdict->fault->problem == AuditProblem::missing;
  // Retention may have removed old events since the checkpoint was signed: the next one states that.
  return is_missing ? check_log(*source, saved) : std::move(verdict);
}

/// A table has words where JSON has null.
json::object to_shown(json::object report, Format format) {
  if (format == Format::table && report["whole"].is_null()) report["whole"] = "cannot tell";
  return report;
}

Outcome<void> to_outcome(LogVerdict verdict) {
  switch (verdict.state) {
    case LogVerdict::State::whole:
      return {};
    case LogVerdict::State::broken:
      return failure(ErrorCode::internal, "the audit log is not whole: " + verdict.reason, "");
    case LogVerdict::State::unknown:
      break;
  }
  return failure(ErrorCode::internal,
                 "cannot tell whether the audit log is whole: " + verdict.reason,
                 std::move(verdict.hint));
}

}  // namespace

void Verify::declare(Options& options) {
  options.help(
      R"(Verify the audit log: recompute the hash of every event and check the signature of every checkpoint. A
checkpoint is a signed end of the log.

Prints a report. Exit code 0 means that the log is whole. Otherwise the exit code is 1, and the message
names the first invalid event, or why the result is unknown.

The public key comes from the server itself, unless --key gives one that you saved earlier. With --head
the log must also continue a checkpoint that you saved; then a log that was cut off or restored from an old
copy is detected. Requires the permission audit.read; --file needs neither server nor login.)",
      R"(# Verify the log of the server
ptkl audit verify

# Verify it with a key and a checkpoint that you saved
ptkl audit verify --key key.jwk --head kept.json

# Verify an export, offline
ptkl audit verify --file log.jsonl --key key.jwk)");
  options.word("--file <file>", file, "Verify this export instead of the log of the server");
  options.word("--key <file>", key,
               "Public key (JWK), or output of `ptkl audit head -f json` (default: the one that "
               "the log shows)");
  options.word(
      "--head <file>", head,
      "Saved checkpoint that the log must continue: a JWS, or output of `ptkl audit head -f json`");
  output.declare(options);
}

Outcome<void> Verify::run(Context& context) {
  const auto saved = read_saved(*this);
  if (!saved) return failed(saved);
  auto shown = Output::open(output, context);
  if (!shown) return failed(shown);
  Outcome<LogVerdict> verdict = LogVerdict();
  if (file) {
    verdict = check_log(*make_log_file(context, *file), *saved);
  } else {
    auto api = open_api(context);
    if (!api) return failed(api);
    verdict = check_server_log(context, *api, *saved);
  }
  if (!verdict) return failed(verdict);
  if (!key && !verdict->report["key"].is_null()) {
    context.note(
        fmt::format("the key is not pinned: it comes from the {} itself", file ? "file" : "server"),
        "save the output of `ptkl audit head -f json` elsewhere, once, and give it with "
        "--key");
  }
  if (auto done = shown->show(to_shown(verdict->report, output.format), kReportLayout); !done) {
    return done;
  }
  return to_outcome(std::move(*verdict));
}

}  // namespace ptkl::cli::audit
