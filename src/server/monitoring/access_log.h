// Logs one line per request, with the pattern of the route instead of the path, and without headers, query
// and body.
#pragma once

#include <chrono>
#include <string_view>

#include "base/log.h"
#include "http/message.h"

namespace ptkl::server {

/// Logs changes under `/v1` and server errors at info, and everything else at debug, because token requests
/// would fill the log.
void log_access(Logger& log, const http::Request& request, const http::Response& response,
                std::string_view pattern, std::chrono::nanoseconds duration);

}  // namespace ptkl::server
