#include "process/exit_code.h"

namespace ptkl::process {

ExitCode to_exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return ExitCode::wrong_usage;
    case ErrorCode::unauthenticated:
      return ExitCode::not_logged_in;
    case ErrorCode::permission_denied:
      return ExitCode::not_permitted;
    case ErrorCode::not_found:
      return ExitCode::not_found;
    case ErrorCode::conflict:
    case ErrorCode::precondition_failed:
      return ExitCode::conflict;
    case ErrorCode::rate_limited:
      return ExitCode::rate_limited;
    case ErrorCode::unavailable:
    case ErrorCode::outcome_unknown:
      return ExitCode::unreachable;
    case ErrorCode::internal:
      return ExitCode::failed;
  }
  return ExitCode::failed;
}

}  // namespace ptkl::process
