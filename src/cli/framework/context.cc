#include "cli/framework/context.h"

#include <fmt/format.h>

#include "process/terminal_text.h"

namespace ptkl::cli {

void Context::say(std::string_view message) const {
  // Words on stderr that nobody can read must not stop the command.
  (void)system.terminal.write(Stream::errors, fmt::format("{}\n", process::printable(message)));
}

}  // namespace ptkl::cli
