// The whole run of `ptkl`: arguments in, exit code out.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/framework/failure.h"
#include "cli/terminal/system.h"
#include "process/exit_code.h"

namespace ptkl::cli {

using process::ExitCode;

/// Called for each secret among the arguments, right after parsing.
using HideArgument = std::function<void(std::string_view secret)>;

/// `arguments` come without the program's name. The result goes to stdout, `ptkl: <message>` and
/// `hint: …` to stderr.
ExitCode run_program(const std::vector<std::string>& arguments, const System& system,
                     const HideArgument& hide_argument);

}  // namespace ptkl::cli
