#include "cli/framework/context.h"

#include <fmt/format.h>

#include "process/terminal_text.h"

namespace ptkl::cli {

void Context::say(std::string_view message) const {
  // A note that cannot be written must not stop the command.
  (void)system.terminal.write(Stream::errors, fmt::format("{}\n", process::printable(message)));
}

void Context::note(std::string_view note, std::string_view hint) const {
  say(fmt::format("ptkl: {}", note));
  if (!hint.empty()) say(fmt::format("hint: {}", hint));
}

}  // namespace ptkl::cli
