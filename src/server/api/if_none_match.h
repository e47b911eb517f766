// If-None-Match (RFC 9110 §13.1.2).
#pragma once

#include <string_view>

#include "http/message.h"

namespace ptkl::server {

/// True when the client has the representation of that ETag already, so that 304 tells it enough.
/// `etag` comes with its quotes and has no comma. What is malformed matches nothing.
bool matches_if_none_match(const http::Headers& headers, std::string_view etag);

}  // namespace ptkl::server
