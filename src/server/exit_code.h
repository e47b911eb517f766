// The exit codes of `ptkld`: the same as those of `ptkl`.
#pragma once

#include "base/result.h"

namespace ptkl::server {

enum class ExitCode {
  done = 0,
  failed = 1,
  wrong_usage = 2,
  not_found = 3,
  unauthenticated = 4,
  not_permitted = 5,
  conflict = 6,
  rate_limited = 7,
  unavailable = 8,
};

ExitCode to_exit_code(ErrorCode code);

}  // namespace ptkl::server
