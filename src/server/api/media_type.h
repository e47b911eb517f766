// What Content-Type says (RFC 9110 §8.3).
#pragma once

#include <string_view>

#include "http/message.h"

namespace ptkl::server {

/// True when there is exactly one Content-Type, with that media type; its parameters, such as
/// `charset=utf-8`, do not matter. `expected` is lower case.
bool has_media_type(const http::Headers& headers, std::string_view expected);

}  // namespace ptkl::server
