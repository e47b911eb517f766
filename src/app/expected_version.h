// A version that the caller has seen (If-Match).
#pragma once

#include <cstdint>
#include <optional>

namespace ptkl::app {

/// Absent: any will do.
using ExpectedVersion = std::optional<std::int64_t>;

}  // namespace ptkl::app
