// The Authorization header (RFC 9110 §11.6.2).
#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"

namespace ptkl::server {

/// What follows the scheme, when there is exactly one such header and its scheme is `scheme` (lower
/// case). Borrowed from `headers`.
std::optional<std::string_view> authorization_of_scheme(const http::Headers& headers,
                                                        std::string_view scheme);

}  // namespace ptkl::server
