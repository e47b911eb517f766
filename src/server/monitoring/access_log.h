// One log line per request: never a header, a query or a body, and the route's pattern instead of
// the path.
#pragma once

#include <chrono>
#include <string_view>

#include "base/log.h"
#include "http/message.h"

namespace ptkl::server {

/// At info for what changes something under `/v1`, and for every answer of 500 and more; else at
/// debug, because the rate of the token endpoint would drown the log.
void log_access(Logger& log, const http::Request& request, const http::Response& response,
                std::string_view pattern, std::chrono::nanoseconds duration);

}  // namespace ptkl::server
