// What handlers read from a request's headers, and its origin for the logs.
#pragma once

#include <optional>
#include <string_view>

#include "core/principal.h"
#include "http/message.h"

namespace ptkl::server {

/// The credentials of the Authorization header (RFC 9110 §11.6.2) after its scheme. Nothing unless
/// there is exactly one such header and its scheme is `scheme` (lower case). Borrowed from
/// `headers`.
std::optional<std::string_view> authorization_of_scheme(const http::Headers& headers,
                                                        std::string_view scheme);

/// True when there is exactly one Content-Type (RFC 9110 §8.3) and it names that media type,
/// whatever its parameters, such as `charset=utf-8`. `expected` is lower case.
bool has_media_type(const http::Headers& headers, std::string_view expected);

/// Where the request comes from, for the log and the audit log.
RequestOrigin origin_of(const http::Request& request);

}  // namespace ptkl::server
