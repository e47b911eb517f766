// What main() of both programs begins with: it protects the process, and reports exceptions that no other
// code has caught.
#pragma once

#include <functional>

#include "process/exit_code.h"

namespace ptkl::process {

/// Turns off core dumps, and keeps other processes of the user from reading the memory (prctl(2),
/// PR_SET_DUMPABLE). Writing to a closed pipe, connection or standard stream or beyond the file size limit
/// becomes an error instead of a signal. Requires: called first in main().
void protect_process();

/// Runs the program's `body` and returns its exit code; ExitCode::failed after an exception. While it
/// runs and afterwards, an exception that leaves another thread ends the process with the same code,
/// after clean_up_before_exit(). The report on stderr names the exception's type and, for a system
/// error, its description; never the exception's text, which may hold a piece of the input. Call it
/// once, from main().
ExitCode run_guarded(const std::function<ExitCode()>& body) noexcept;

}  // namespace ptkl::process
