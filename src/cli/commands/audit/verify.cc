#include <utility>

#include <boost/json/serialize.hpp>

#include "cli/client/session.h"
#include "cli/commands/audit/audit.h"
#include "cli/commands/audit/layouts.h"
#include "cli/commands/audit/verification/download.h"
#include "cli/commands/audit/verification/log_check.h"
#include "cli/commands/audit/verification/log_file.h"
#include "cli/output/progress.h"
#include "process/private_file.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

Result<std::string> read_small(const std::string& file) {
  auto text = process::read_private_file(file, process::ReadableBy::anyone);
  if (!text) return failure(std::move(text.error()));
  return std::string(text->reveal());
}

/// What the options name, read.
struct Pinned {
  std::string key;   ///< a JWK; empty: none was given
  std::string head;  ///< a JWS, or what `ptkl audit head -f json` printed
};

const json::value* member(const json::value& value, std::string_view key) {
  return value.is_object() ? value.get_object().if_contains(key) : nullptr;
}

Result<std::string> read_trimmed(const std::optional<std::string>& file) {
  if (!file) return std::string();
  auto text = read_small(*file);
  if (!text) return text;
  const std::size_t end = text->find_last_not_of(" \t\r\n");
  text->erase(end == std::string::npos ? 0 : end + 1);
  if (text->empty()) return failure(ErrorCode::invalid_argument, *file + " is empty");
  return text;
}

Result<Pinned> read_pinned(const Verify& command) {
  auto key = read_trimmed(command.key);
  if (!key) return failure(std::move(key.error()));
  auto head = read_trimmed(command.head);
  if (!head) return failure(std::move(head.error()));
  Pinned pinned{std::move(*key), std::move(*head)};
  // `ptkl audit head -f json` shows the key with the head.
  const auto shown = wire::parse_json(pinned.key);
  if (const auto* jwk = shown ? member(*shown, "key") : nullptr) pinned.key = json::serialize(*jwk);
  return pinned;
}

/// A head as the API shows it.
struct ShownHead {
  std::string_view jws;
  std::int64_t number = 0;
};

ShownHead to_head(const json::value& head) {
  const auto* jws = member(head, "jws");
  const auto* number = member(head, "number");
  return {jws != nullptr && jws->is_string() ? std::string_view(jws->get_string()) : "",
          number != nullptr && number->is_int64() ? number->get_int64() : 0};
}

Result<void> add_heads(LogCheck& check, const json::array& heads, const Pinned& pinned) {
  for (const json::value& shown : heads) {
    const ShownHead head = to_head(shown);
    if (auto added = check.add_head(head.jws, head.number); !added) return added;
  }
  if (pinned.head.empty()) return {};
  if (pinned.head.front() != '{') return check.add_kept_head(pinned.head, 0);
  const auto value = wire::parse_json(pinned.head);
  if (!value) return failure(ErrorCode::invalid_argument, "--head: " + value.error().message);
  const ShownHead head = to_head(*value);
  return check.add_kept_head(head.jws, head.number);
}

Outcome<LogVerdict> check_online(const Context& context, RemoteApi& api, const Pinned& pinned) {
  const auto heads = download_heads(api);
  if (!heads) return failure(heads.error());
  LogCheck check(pinned.key.empty() ? json::serialize(heads->list.key) : pinned.key);
  check.add_refusal(heads->refusal);
  if (auto added = add_heads(check, heads->list.heads, pinned); !added) {
    return failure(std::move(added.error()));
  }
  auto done = download_events(context, api, last_number(heads->list),
                              [&](const json::value* event) -> Outcome<void> {
                                event ? check.add_event(*event) : check.add_unreadable_event();
                                return {};
                              });
  if (!done) return failure(std::move(done.error()));
  return check.finish();
}

Outcome<LogVerdict> verify_online(const Context& context, RemoteApi& api, const Pinned& pinned) {
  auto verdict = check_online(context, api, pinned);
  if (!verdict || verdict->problem != AuditProblem::missing) return verdict;
  // Events that are too old may have been erased since the head was signed: the next head says so.
  return check_online(context, api, pinned);
}

/// What vouches for the events of a file; it may stand anywhere in there.
struct Vouchers {
  json::array heads;
  std::string key;
  std::int64_t events = 0;
  std::int64_t unreadable = 0;
};

Result<Vouchers> read_vouchers(const std::string& file) {
  Vouchers found;
  auto read = for_each_line(file, [&](const json::value* line) -> Result<void> {
    if (line == nullptr) {
      ++found.unreadable;
    } else if (const auto* head = member(*line, "head")) {
      found.heads.push_back(*head);
    } else if (const auto* key = member(*line, "key")) {
      found.key = json::serialize(*key);
    } else {
      ++(member(*line, "number") != nullptr ? found.events : found.unreadable);
    }
    return {};
  });
  if (!read) return failure(std::move(read.error()));
  if (found.unreadable > 0 && found.heads.empty() && found.key.empty() && found.events == 0) {
    return failure(ErrorCode::invalid_argument, file + " is no export of an audit log");
  }
  return found;
}

Outcome<LogVerdict> verify_file(const Context& context, const std::string& file,
                                const Pinned& pinned) {
  const auto found = read_vouchers(file);
  if (!found) return failure(found.error());
  const std::string& key = pinned.key.empty() ? found->key : pinned.key;
  if (key.empty() && !(found->heads.empty() && pinned.head.empty())) {
    return failure(ErrorCode::invalid_argument, file + " does not show the key of its heads",
                   "give the key that you wrote down with --key");
  }
  LogCheck check(key);
  if (auto added = add_heads(check, found->heads, pinned); !added) {
    return failure(std::move(added.error()));
  }
  Progress progress(context, found->events + found->unreadable, "events");
  std::int64_t done = 0;
  auto read = for_each_line(file, [&](const json::value* line) -> Result<void> {
    if (line != nullptr && (member(*line, "head") != nullptr || member(*line, "key") != nullptr)) {
      return {};
    }
    if (++done % 1000 == 0) progress.show(done);
    line ? check.add_event(*line) : check.add_unreadable_event();
    return {};
  });
  if (!read) return failure(std::move(read.error()));
  return check.finish();
}

/// A table has room for words where JSON has null.
json::object to_shown(json::object report, Format format) {
  if (format == Format::table && report["whole"].is_null()) report["whole"] = "cannot tell";
  return report;
}

Outcome<void> to_outcome(LogVerdict verdict) {
  if (!verdict.fault.empty()) {
    return failure(ErrorCode::internal, "the audit log is not whole: " + verdict.fault, "");
  }
  if (verdict.doubt.empty()) return {};
  return failure(ErrorCode::internal,
                 "cannot tell whether the audit log is whole: " + verdict.doubt,
                 std::move(verdict.hint));
}

}  // namespace

void Verify::declare(Options& options) {
  options.help(
      R"(Verify the audit log: recompute the hash of every event and check the signature of every head. A head
is the signed end of the log.

Prints a report. Exit code 0 means that the log is whole. Otherwise the exit code is 1, and the message
names the first bad event, or why the answer is unknown.

The public key comes from the server itself, unless --key gives one that you saved earlier. With --head
the log must also continue a head that you saved; then a log that was cut off or restored from an old
copy is detected. Requires the permission audit.read; --file needs neither server nor login.)",
      R"(# Verify the log of the server
ptkl audit verify

# Verify it with a key and a head that you saved
ptkl audit verify --key key.jwk --head kept.json

# Verify an export, offline
ptkl audit verify --file log.jsonl --key key.jwk)");

  options.word("--file <file>", file, "Verify this export instead of the log of the server");
  options.word("--key <file>", key,
               "Public key (JWK), or output of `ptkl audit head -f json` (default: the one that "
               "the log shows)");
  options.word(
      "--head <file>", head,
      "Saved head that the log must continue: a JWS, or output of `ptkl audit head -f json`");
  output.declare(options);
}

Outcome<void> Verify::run(Context& context) {
  const auto pinned = read_pinned(*this);
  if (!pinned) return failure(pinned.error());
  auto shown = Output::open(output, context);
  if (!shown) return failure(std::move(shown.error()));
  Outcome<LogVerdict> verdict = LogVerdict();
  if (file) {
    verdict = verify_file(context, *file, *pinned);
  } else {
    auto api = log_in(context);
    if (!api) return failure(std::move(api.error()));
    verdict = verify_online(context, *api, *pinned);
  }
  if (!verdict) return failure(std::move(verdict.error()));
  if (!key && !verdict->report["key"].is_null()) {
    context.say(file ? "ptkl: the key is not pinned: the file itself shows it"
                     : "ptkl: the key is not pinned: the server itself shows it");
    context.say(
        "hint: keep what `ptkl audit head -f json` prints elsewhere, once, and give it with --key");
  }
  if (auto done = shown->show(to_shown(verdict->report, output.format), kReportLayout); !done) {
    return done;
  }
  return to_outcome(std::move(*verdict));
}

}  // namespace ptkl::cli::audit
