#include "cli/commands/program.h"

#include <utility>

#include <fmt/format.h>

#include "cli/commands/command_line.h"
#include "cli/framework/context.h"
#include "process/terminal_text.h"

namespace ptkl::cli {
namespace {

std::string to_text(const Failure& failed) {
  std::string text = fmt::format("ptkl: {}\n", process::printable(failed.error.message));
  for (const FieldError& field : failed.error.fields) {
    // A message about a single field includes it.
    if (failed.error.message.find(field.message) != std::string::npos) continue;
    text += fmt::format("  {}: {}\n", process::printable(field.field),
                        process::printable(field.message));
  }
  if (!failed.hint.empty()) text += fmt::format("hint: {}\n", failed.hint);
  return text;
}

ExitCode report(const Failure& failed, Terminal& terminal) {
  // There is no stream left to report a failure of stderr.
  if (!failed.error.message.empty()) (void)terminal.write(Stream::errors, to_text(failed));
  return process::to_exit_code(failed.error.code);
}

Outcome<void> run(CommandLine& line, const Parsed& parsed, const System& system) {
  if (parsed.command != nullptr) {
    Context context{system, line.globals()};
    return parsed.command->run(context);
  }
  auto written = system.terminal.write(Stream::output, parsed.text);
  if (!written) return failed(written);
  return {};
}

}  // namespace

ExitCode run_program(const std::vector<std::string>& arguments, const System& system,
                     const HideArgument& hide_argument) {
  CommandLine line;
  const auto parsed = line.parse(arguments);
  for (const std::string_view secret : line.given_secrets()) hide_argument(secret);
  if (!parsed) return report(parsed.error(), system.terminal);
  const auto done = run(line, *parsed, system);
  return done ? ExitCode::done : report(done.error(), system.terminal);
}

}  // namespace ptkl::cli
