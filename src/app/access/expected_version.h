// A version that the caller has seen (If-Match).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::app {

/// Absent: any will do.
using ExpectedVersion = std::optional<std::int64_t>;

/// precondition_failed unless `version` is the expected one, or any will do. `what` names the thing
/// for people: `role`.
inline Result<void> check_version(std::int64_t version, ExpectedVersion expected,
                                  std::string_view what) {
  if (!expected || *expected == version) return {};
  return failure(ErrorCode::precondition_failed,
                 "the " + std::string(what) + " has changed meanwhile; read it again");
}

}  // namespace ptkl::app
