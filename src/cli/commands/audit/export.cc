#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>

#include "cli/client/session.h"
#include "cli/commands/audit/audit.h"
#include "cli/commands/audit/layouts.h"
#include "cli/commands/audit/verification/download.h"
#include "process/terminal_text.h"

namespace ptkl::cli::audit {
namespace json = boost::json;

namespace {

/// A log has no bound: what is written need not be held.
class Lines {
 public:
  explicit Lines(Output& output) : output_(output) {}

  Outcome<void> add(const json::value& value) {
    text_ += process::printable(json::serialize(value));
    text_ += '\n';
    return text_.size() < kPieceBytes ? Outcome<void>() : flush();
  }

  Outcome<void> finish() {
    if (auto written = flush(); !written) return written;
    return output_.finish();
  }

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;

  Outcome<void> flush() {
    auto written = output_.write(text_);
    text_.clear();
    return written;
  }

  Output& output_;
  std::string text_;
};

std::int64_t number_in(const json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  const auto* number = object != nullptr ? object->if_contains(key) : nullptr;
  return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

Outcome<void> spoilt() {
  return failure(ErrorCode::internal, "an event of the log is no JSON any more",
                 "`ptkl audit verify` tells which");
}

}  // namespace

void Export::declare(Options& options) {
  options.help(
      R"(Write the whole audit log as JSON lines: the public key, all signed heads, then all events, oldest
first.

The server signs a new head first. `ptkl audit verify --file` verifies the export without a server.
Requires the permission audit.read.)",
      R"(# Export the log
ptkl audit export --output log.jsonl)");
  output.declare(options);
}

// One JSON object a line: the key, the heads, and then the events, the oldest first.
Outcome<void> Export::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  const auto heads = download_heads(session->api);
  if (!heads) return failure(heads.error());
  if (!heads->refusal.empty()) {
    context.say("ptkl: the server refuses to sign the log as it is: " + heads->refusal);
  }
  Lines lines(session->output);
  auto written = lines.add(json::object{{"key", heads->list.key}});
  for (auto head = heads->list.heads.begin(); written && head != heads->list.heads.end(); ++head) {
    written = lines.add(json::object{{"head", *head}});
  }
  if (!written) return written;
  std::optional<std::int64_t> first;
  auto done = download_events(context, session->api, last_number(heads->list),
                              [&](const json::value* event) {
                                if (event == nullptr) return spoilt();
                                if (!first) first = number_in(*event, "number");
                                return lines.add(*event);
                              });
  if (!done) return done;
  const json::array& shown = heads->list.heads;
  if (first && !shown.empty() && *first > number_in(shown.back(), "first")) {
    context.say("ptkl: the log begins later than its head says: was it shortened meanwhile?");
    context.say("hint: export it again");
  }
  return lines.finish();
}

void Head::declare(Options& options) {
  options.help(
      R"(Sign the current end of the audit log and print it: its number, its hash and the signature.

Save it outside of the server. `ptkl audit verify --head` then detects a log that was cut off or
replaced by an older copy. With --format json, the output also holds the public key, for --key.
Requires the permission audit.read.)",
      R"(# Save the signed end of the log
ptkl audit head --format json --output kept.json)");
  output.declare(options);
}

Outcome<void> Head::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failure(std::move(session.error()));
  auto head = session->api.get_audit_head();
  if (!head) return failure(std::move(head.error()));
  return session->output.show(*head, kHeadLayout);
}

}  // namespace ptkl::cli::audit
