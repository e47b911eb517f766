// Reports an exception that no other code has caught: a message on stderr, and an exit code.
#pragma once

#include <functional>

#include "process/exit_code.h"

namespace ptkl::process {

/// Runs the program's `body` and returns its exit code; ExitCode::failed after an exception. While it
/// runs and afterwards, an exception that leaves another thread ends the process with the same code,
/// after clean_up_before_exit(). The report on stderr names the exception's type and, for a system
/// error, its description; never the exception's text, which may hold a piece of the input. Call it
/// once, from main().
ExitCode run_guarded(const std::function<ExitCode()>& body) noexcept;

}  // namespace ptkl::process
