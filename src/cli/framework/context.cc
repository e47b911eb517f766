#include "cli/framework/context.h"

#include <utility>

#include <fmt/format.h>

#include "process/terminal_text.h"

namespace ptkl::cli {

process::ProgressBar Context::progress_bar(std::string unit) const {
  // A bar that cannot be written must not stop the command.
  return {[this](std::string_view text) { (void)system.terminal.write(Stream::errors, text); },
          system.terminal.is_terminal(Stream::errors), std::move(unit)};
}

void Context::say(std::string_view message) const {
  // A note that cannot be written must not stop the command.
  (void)system.terminal.write(Stream::errors, fmt::format("{}\n", process::printable(message)));
}

void Context::note(std::string_view note, std::string_view hint) const {
  say(fmt::format("ptkl: {}", note));
  if (!hint.empty()) say(fmt::format("hint: {}", hint));
}

}  // namespace ptkl::cli
