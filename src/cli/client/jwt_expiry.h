// When a token ends, as it says itself.
#pragma once

#include <optional>
#include <string_view>

#include "base/timestamp.h"

namespace ptkl::cli {

/// The `exp` claim of a JWT (RFC 7519 §4.1.4), unverified: only for telling the user in good time.
/// Nothing when the token is no JWT, or has none.
std::optional<Timestamp> find_expiry(std::string_view token);

}  // namespace ptkl::cli
