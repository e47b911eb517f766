// What becomes of an exception that no other code has caught: one line on stderr, and an exit code.
#pragma once

#include <functional>

#include "shell/exit_code.h"

namespace ptkl::shell {

/// Runs the program's `body` and returns its exit code; ExitCode::failed after an exception. While it
/// runs and afterwards, an exception that leaves another thread ends the process with the same code,
/// after what is pending for an interruption was put right. Reported on stderr is the exception's type,
/// and for an error of the system what that is; never its text, which may hold a piece of the input.
/// Call it once, from main().
ExitCode run_guarded(const std::function<ExitCode()>& body) noexcept;

}  // namespace ptkl::shell
