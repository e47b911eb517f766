// The command line of `ptkld`: which words lead to which command.
#pragma once

#include <string>
#include <vector>

#include "process/exit_code.h"
#include "server/commands/command.h"

namespace ptkl::server {

using process::ExitCode;

/// Runs what `words` (without the program's name) ask for. Errors go to `context.err`, one line each, with a hint below where
/// there is one.
ExitCode run_command_line(const std::vector<std::string>& words, const commands::Context& context);

}  // namespace ptkl::server
