#include "server/monitoring/access_log.h"

#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

testing::LogLine line_of(const Ask& ask, int status, std::string_view pattern) {
  testing::RecordingLogger log;
  log_access(log, ask.request, http::Response{status}, pattern, std::chrono::microseconds(1500));
  return log.lines().at(0);
}

TEST(AccessLog, LogsOnlyChangesAndServerErrorsAtInfo) {
  struct Row {
    const char* what;
    http::Method method;
    const char* pattern;
    int status;
    LogLevel level;
  };
  const Row rows[] = {
      {"a change", http::Method::post, "/v1/projects/{project}/roles", 201, LogLevel::info},
      {"a refused change", http::Method::del, "/v1/x", 403, LogLevel::info},
      {"an unauthenticated change", http::Method::post, "/v1/x", 401, LogLevel::debug},
      {"a change of too many", http::Method::post, "/v1/x", 429, LogLevel::debug},
      {"a read", http::Method::get, "/v1/projects/{project}/roles", 200, LogLevel::debug},
      {"a token", http::Method::post, "/projects/{project}/oauth2/token", 200, LogLevel::debug},
      {"a refused token", http::Method::post, "/projects/{project}/oauth2/token", 401,
       LogLevel::debug},
      {"a failure of ours", http::Method::get, "/healthz", 500, LogLevel::info},
      {"an unknown path", http::Method::get, "", 404, LogLevel::debug},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(line_of(Ask(row.method, "/"), row.status, row.pattern).level, row.level);
  }
}

TEST(AccessLog, ContainsNoTextFromTheClient) {
  Ask ask(http::Method::post, "/v1/path-secret?query-secret");
  ask.with("Authorization", "Bearer header-secret").json("body-secret");
  testing::RecordingLogger log;
  log_access(log, ask.request, http::Response{200, {}, "answer-secret"}, "/v1/{x}", {});
  EXPECT_THAT(log.text(), ::testing::Not(::testing::HasSubstr("secret")));
}

TEST(AccessLog, ContainsMethodRouteStatusAndDuration) {
  const auto fields = line_of(Ask(http::Method::get, "/v1/a"), 200, "/v1/{x}").fields;
  const std::map<std::string, std::string> expected{
      {"method", "GET"},       {"route", "/v1/{x}"},        {"status", "200"},
      {"duration_us", "1500"}, {"request_id", "request-1"}, {"source", "192.0.2.7"},
      {"remote", "127.0.0.1"}};
  EXPECT_EQ(fields, expected);
}

}  // namespace
}  // namespace ptkl::server
