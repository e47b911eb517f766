// An export of an audit log: JSON lines.
#pragma once

#include <functional>
#include <string>

#include <boost/json/value.hpp>

#include "base/result.h"

namespace ptkl::cli::audit {

/// Takes one line; nothing where it is no JSON.
using TakeLine = std::function<Result<void>(const boost::json::value* line)>;

/// Hands each line that is not empty to `take`, and ends at its first failure. Fails with not_found or
/// permission_denied when the file cannot be opened, with invalid_argument when it is not a regular
/// file or a line is longer than any event, with internal when it cannot be read.
Result<void> for_each_line(const std::string& file, const TakeLine& take);

}  // namespace ptkl::cli::audit
