// The command line of `ptkld`.
#pragma once

#include <string>
#include <vector>

#include "process/exit_code.h"
#include "server/commands/command.h"

namespace ptkl::server {

using process::ExitCode;

/// Runs the command that `words` (without the program's name) select. Errors go to `context.err`, one line
/// each, some with a hint on the next line.
ExitCode run_command_line(const std::vector<std::string>& words, const commands::Context& context);

}  // namespace ptkl::server
