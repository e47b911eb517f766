#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/serialize.hpp>

#include "cli/client/session.h"
#include "cli/commands/audit/audit.h"
#include "cli/commands/audit/verification/log_source.h"
#include "process/terminal_text.h"
#include "wire/json.h"

namespace ptkl::cli::audit {
namespace json = boost::json;

namespace {

/// Writes JSON lines in pieces: a log may be larger than the memory.
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

Outcome<void> not_json() {
  return failure(ErrorCode::internal, "an event of the log is not JSON",
                 "run `ptkl audit verify` to see which one");
}

/// The key, then the checkpoints.
Outcome<void> write_header(Lines& lines, const ExportHeader& header) {
  auto written = lines.add(json::object{{"key", header.key}});
  for (const json::value& checkpoint : header.checkpoints) {
    if (!written) return written;
    written = lines.add(json::object{{"head", checkpoint}});
  }
  return written;
}

}  // namespace

void Export::declare(Options& options) {
  options.help(
      R"(Write the whole audit log as JSON lines: the public key, all checkpoints, then all events, oldest
first.

The server signs a new checkpoint first. `ptkl audit verify --file` verifies the export without a server.
The output is always JSON lines: --format and --quiet have no effect.
Requires the permission audit.read.)",
      R"(# Export the log
ptkl audit export --output log.jsonl)");
  output.declare(options);
}

Outcome<void> Export::run(Context& context) {
  auto session = start_session(output, context);
  if (!session) return failed(session);
  const auto source = make_server_log(context, session->api);
  const auto header = source->read_header();
  if (!header) return failed(header);
  if (!header->refusal.empty()) {
    context.note("the server refuses to sign the log: " + header->refusal);
  }
  Lines lines(session->output);
  if (auto written = write_header(lines, *header); !written) return written;
  std::optional<std::int64_t> first;
  auto done = source->for_each_event(header->last_number, [&](const json::value* event) {
    if (event == nullptr) return not_json();
    if (!first) first = wire::find_integer(*event, "number").value_or(0);
    return lines.add(*event);
  });
  if (!done) return done;
  const json::array& checkpoints = header->checkpoints;
  if (first && !checkpoints.empty() &&
      *first > wire::find_integer(checkpoints.back(), "first").value_or(0)) {
    context.note(
        "the log begins later than its checkpoint states; retention may have removed events",
        "export it again");
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
  if (!session) return failed(session);
  auto checkpoint = session->api.get_audit_checkpoint();
  if (!checkpoint) return failed(checkpoint);
  return session->output.show(*checkpoint, kCheckpointLayout);
}

}  // namespace ptkl::cli::audit
