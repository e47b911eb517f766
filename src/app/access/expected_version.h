// The version of an entity that a caller expects (If-Match).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::app {

/// Absent: any version.
using ExpectedVersion = std::optional<std::int64_t>;

/// `what` names the entity in the message: `role`.
/// Errors: precondition_failed unless `version` is the expected one.
inline Result<void> check_version(std::int64_t version, ExpectedVersion expected,
                                  std::string_view what) {
  if (!expected || *expected == version) return {};
  return failure(ErrorCode::precondition_failed,
                 "the " + std::string(what) + " has changed since it was read; read it again");
}

}  // namespace ptkl::app
