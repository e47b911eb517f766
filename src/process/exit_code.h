// The exit codes of `ptkl` and `ptkld`.
#pragma once

#include "base/result.h"

namespace ptkl::process {

enum class ExitCode {
  done = 0,
  failed = 1,  ///< a failure of the server or the machine, or an unforeseen one
  wrong_usage = 2,
  not_found = 3,
  not_logged_in = 4,  ///< or the credentials are wrong
  not_permitted = 5,
  conflict = 6,
  rate_limited = 7,
  unreachable = 8,  ///< or timed out
  interrupted = 130,
};

ExitCode to_exit_code(ErrorCode code);

}  // namespace ptkl::process
