// The command line of `ptkld`: which words lead to which command.
#pragma once

#include <string>
#include <vector>

#include "server/commands/command.h"
#include "server/exit_code.h"

namespace ptkl::server {

/// Runs what `words` (without the program's name) ask for. Errors go to `context.err`, one line each.
ExitCode run_command_line(const std::vector<std::string>& words, const commands::Context& context);

}  // namespace ptkl::server
