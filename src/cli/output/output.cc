#include "cli/output/output.h"

#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cli/output/pretty_json.h"
#include "process/terminal_text.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

/// Enough for every result but long lists.
constexpr std::size_t kReservedBytes = std::size_t{64} * 1024;

std::string quiet_line(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  return process::printable(value->is_string() ? std::string(value->get_string())
                                               : json::serialize(*value)) +
         '\n';
}

}  // namespace

void OutputOptions::declare(Options& options) {
  options.format("-f,--format <json|table>", format, "Output format (default: table)");
  options.word("-o,--output <file>", file, "Write to this file, with mode 0600, instead of stdout");
  options.flag("-q,--quiet", quiet, "Print only the main value, such as the uuid, for $(...)");
}

void OutputOptions::declare_for_one_time_value(Options& options) {
  declare(options);
  if_there = process::IfThere::refuse;
  options.flag("--force", force, "Let --output replace an existing file");
}

Outcome<Output> Output::open(const OutputOptions& options, const Context& context) {
  if (options.force && !options.is_to_file()) {
    return failure(ErrorCode::invalid_argument, "--force requires --output <file>");
  }
  if (!options.is_to_file()) return Output(options, context, nullptr);
  auto file = process::PrivateFile::open(
      *options.file, kReservedBytes, options.force ? process::IfThere::replace : options.if_there);
  if (file) return Output(options, context, std::move(*file));
  const bool is_there = file.error().code == ErrorCode::conflict;
  return failure(
      Failure(std::move(file.error()),
              is_there ? "use another file, or --force to replace it; nothing was sent" : ""));
}

Output::Output(const OutputOptions& options, const Context& context,
               std::unique_ptr<process::PrivateFile> file)
    : options_(options), context_(context), file_(std::move(file)) {}

Outcome<void> Output::show(const json::array& list, const Layout& layout) {
  if (options_.quiet) {
    std::string lines;
    for (const json::value& item : list) {
      if (item.is_object()) lines += quiet_line(item.get_object(), layout.quiet_key);
    }
    return show_text(lines);
  }
  if (options_.format == Format::json) return show_text(pretty_json(list));
  return show_text(make_list_table(list, layout.columns, style()));
}

Outcome<void> Output::show(const json::object& object, const Layout& layout) {
  if (options_.quiet) return show_text(quiet_line(object, layout.quiet_key));
  if (options_.format == Format::json) return show_text(pretty_json(object));
  return show_text(make_object_table(object, layout.columns, style()));
}

Outcome<void> Output::show_text(std::string_view text) {
  if (auto written = write(text); !written) return written;
  return finish();
}

Outcome<void> Output::write(std::string_view piece) {
  auto written =
      file_ ? file_->write(piece) : context_.system.terminal.write(Stream::output, piece);
  if (!written) return failed(written);
  return {};
}

Outcome<void> Output::finish() {
  if (!file_) return {};
  auto committed = file_->commit();
  if (committed) return {};
  if (file_->place()) {
    context_.say("ptkl: warning: " + process::printable(committed.error().message));
    return {};
  }
  if (committed.error().code == ErrorCode::conflict) {
    return finish_beside(std::move(committed.error()));
  }
  return failed(committed);
}

Outcome<void> Output::finish_beside(Failure failed) {
  auto other = file_->commit_beside();
  saved_beside_ = file_->place();
  if (!saved_beside_) return failure(std::move(other.error()));
  failed.error.message += "; it appeared while the command ran";
  failed.hint = fmt::format("the output is in {}", process::printable(saved_beside_->string()));
  if (!other) failed.hint += ", but may not survive a power failure";
  return failure(std::move(failed));
}

TableStyle Output::style() const {
  const Terminal& terminal = context_.system.terminal;
  const Environment& environment = context_.system.environment;
  TableStyle style;
  style.now = context_.system.clock.now();
  if (file_ || !terminal.is_terminal(Stream::output)) return style;
  const bool plain =
      environment.variable("NO_COLOR").has_value() || environment.variable("TERM") == "dumb";
  style.relative_times = !environment.variable("NO_COLOR").has_value();
  style.colours = !plain;
  style.width = terminal.width();
  return style;
}

}  // namespace ptkl::cli
