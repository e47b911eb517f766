#include "server/monitoring/access_log.h"

namespace ptkl::server {
namespace {

LogLevel level_of(const http::Request& request, int status, std::string_view pattern) {
  const bool reads = request.method == http::Method::get || request.method == http::Method::head;
  // Unauthenticated clients could fill the log with the others.
  const bool is_authenticated = status != 401 && status != 429;
  const bool changes = pattern.starts_with("/v1/") && !reads && is_authenticated;
  return changes || status >= 500 ? LogLevel::info : LogLevel::debug;
}

}  // namespace

void log_access(Logger& log, const http::Request& request, const http::Response& response,
                std::string_view pattern, std::chrono::nanoseconds duration) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration);
  log.write(level_of(request, response.status, pattern), "request",
            {{"method", http::to_text(request.method)},
             {"route", pattern},
             {"status", std::int64_t{response.status}},
             {"duration_us", std::int64_t{microseconds.count()}},
             {"request_id", request.id},
             {"source", request.source_address},
             {"remote", request.remote_address}});
}

}  // namespace ptkl::server
