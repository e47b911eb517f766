#include <fstream>
#include <utility>

#include <boost/json/serialize.hpp>

#include "cli/audit/audit.h"
#include "cli/audit/download.h"
#include "cli/audit/layouts.h"
#include "cli/audit/log_check.h"
#include "cli/log_in.h"
#include "cli/progress.h"
#include "shell/private_file.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;
namespace {

Result<std::string> read_small(const std::string& file) {
  auto text = shell::read_private_file(file, shell::ReadableBy::anyone);
  if (!text) return failure(std::move(text.error()));
  return std::string(text->reveal());
}

/// What the options name, read.
struct Pinned {
  std::string key;   ///< a JWK; empty: none was given
  std::string head;  ///< a JWS, or what `ptkl audit head -f json` printed
};

Result<Pinned> read_pinned(const Verify& command) {
  Pinned pinned;
  for (const auto& [file, target] :
       {std::pair(&command.key, &pinned.key), {&command.head, &pinned.head}}) {
    if (!*file) continue;
    auto text = read_small(**file);
    if (!text) return failure(std::move(text.error()));
    *target = std::move(*text);
    while (!target->empty() && (target->back() == '\n' || target->back() == '\r')) {
      target->pop_back();
    }
  }
  return pinned;
}

const json::value* member(const json::value& value, std::string_view key) {
  return value.is_object() ? value.get_object().if_contains(key) : nullptr;
}

/// A head as the API shows it.
Result<void> add_head(LogCheck& check, const json::value& head) {
  const auto* jws = member(head, "jws");
  const auto* number = member(head, "number");
  return check.add_head(
      jws != nullptr && jws->is_string() ? std::string_view(jws->get_string()) : "",
      number != nullptr && number->is_int64() ? number->get_int64() : 0);
}

Result<void> add_kept_head(LogCheck& check, const std::string& head) {
  if (head.empty()) return {};
  if (head.front() != '{') return check.add_head(head, 0);
  const auto value = wire::parse_json(head);
  if (!value) return failure(value.error());
  return add_head(check, *value);
}

Outcome<LogVerdict> verify_online(const Context& context, RemoteApi& api, const Pinned& pinned) {
  const auto heads = download_heads(api);
  if (!heads) return failure(heads.error());
  LogCheck check(pinned.key.empty() ? json::serialize(heads->list.key) : pinned.key);
  check.add_refusal(heads->refusal);
  for (const json::value& head : heads->list.heads) {
    if (auto added = add_head(check, head); !added) return failure(std::move(added.error()));
  }
  if (auto added = add_kept_head(check, pinned.head); !added) {
    return failure(std::move(added.error()));
  }
  auto done = download_events(context, api, last_number(heads->list),
                              [&](const json::object& event) -> Outcome<void> {
                                auto added = check.add_event(event);
                                if (!added) return failure(std::move(added.error()));
                                return {};
                              });
  if (!done) return failure(std::move(done.error()));
  return check.finish();
}

/// Hands each line of the file to `take`.
template <class Take>
Result<void> for_each_line(const std::string& file, Take take) {
  std::ifstream in(file);
  if (!in) return failure(ErrorCode::not_found, "cannot read " + file);
  std::int64_t line = 0;
  for (std::string text; std::getline(in, text);) {
    ++line;
    if (text.empty()) continue;
    auto value = wire::parse_json(text);
    auto taken = value ? take(*value) : failure(value.error());
    if (!taken) {
      return failure(ErrorCode::invalid_argument,
                     file + ", line " + std::to_string(line) + ": " + taken.error().message);
    }
  }
  return {};
}

Outcome<LogVerdict> verify_file(const Context& context, const std::string& file,
                                const Pinned& pinned) {
  // Twice, because what vouches for the events may stand anywhere.
  std::string key = pinned.key;
  json::array heads;
  std::int64_t events = 0;
  auto read = for_each_line(file, [&](const json::value& line) -> Result<void> {
    if (const auto* head = member(line, "head")) {
      heads.push_back(*head);
    } else if (const auto* shown = member(line, "key")) {
      if (pinned.key.empty()) key = json::serialize(*shown);
    } else {
      ++events;
    }
    return {};
  });
  if (!read) return failure(std::move(read.error()));
  LogCheck check(key);
  for (const json::value& head : heads) {
    if (auto added = add_head(check, head); !added) return failure(std::move(added.error()));
  }
  if (auto added = add_kept_head(check, pinned.head); !added) {
    return failure(std::move(added.error()));
  }
  Progress progress(context, events);
  std::int64_t done = 0;
  read = for_each_line(file, [&](const json::value& line) -> Result<void> {
    if (member(line, "head") != nullptr || member(line, "key") != nullptr) return {};
    if (++done % 1000 == 0) progress.show(done);
    if (!line.is_object()) return failure(ErrorCode::invalid_argument, "expected a JSON object");
    return check.add_event(line.get_object());
  });
  if (!read) return failure(std::move(read.error()));
  return check.finish();
}

}  // namespace

void Verify::declare(Options& options) {
  options.word("--file <file>", file,
               "Check this export instead of the server's log; needs no login");
  options.word("--key <file>", key,
               "The public key (JWK) that you wrote down, instead of the one shown");
  options.word("--head <file>", head, "A head that you kept: the log must continue it");
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
  if (auto done = shown->show(verdict->report, kReportLayout); !done) return done;
  if (verdict->fault.empty()) return {};
  return failure(ErrorCode::internal, "the audit log is not whole: " + verdict->fault, "");
}

}  // namespace ptkl::cli::audit
