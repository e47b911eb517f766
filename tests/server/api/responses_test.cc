#include "server/api/responses.h"

#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorResponse, HasOneStatusPerCode) {
  struct Row {
    ErrorCode code;
    int status;
  };
  const Row rows[] = {
      {ErrorCode::invalid_argument, 400},  {ErrorCode::unauthenticated, 401},
      {ErrorCode::permission_denied, 403}, {ErrorCode::not_found, 404},
      {ErrorCode::conflict, 409},          {ErrorCode::precondition_failed, 412},
      {ErrorCode::rate_limited, 429},      {ErrorCode::unavailable, 503},
      {ErrorCode::outcome_unknown, 504},   {ErrorCode::internal, 500},
  };
  testing::RecordingLogger log;
  const Ask ask(http::Method::get, "/v1/x");
  for (const Row& row : rows) {
    const http::Response response = problem_response(Error{row.code, "why"}, ask.request, log);
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(body_of(response).at("status").as_int64(), row.status);
    EXPECT_EQ(text_at(response, "request_id"), "request-1");
    EXPECT_EQ(header_of(response, "Content-Type"), "application/problem+json");
  }
}

TEST(ErrorResponse, LogsServerFailuresAndHidesTheirDetails) {
  for (const ErrorCode code :
       {ErrorCode::internal, ErrorCode::unavailable, ErrorCode::outcome_unknown}) {
    testing::RecordingLogger log;
    const Ask ask(http::Method::get, "/v1/x");
    const http::Response response =
        problem_response(Error{code, "no such table: secrets"}, ask.request, log);
    EXPECT_THAT(response.body, Not(HasSubstr("table")));
    EXPECT_THAT(log.text(), HasSubstr("no such table"));
  }
}

TEST(ErrorResponse, HasNoRetryAfterWhenTheOutcomeIsUnknown) {
  testing::RecordingLogger log;
  const Ask ask(http::Method::post, "/v1/x");
  const Error error{ErrorCode::outcome_unknown, "connection lost"};
  EXPECT_EQ(header_of(problem_response(error, ask.request, log), "Retry-After"), "");
}

// RFC 7009 §2.2.1: revoking a token twice does no harm.
TEST(ErrorResponse, HasRetryAfterForATokenRevocationWithUnknownOutcome) {
  testing::RecordingLogger log;
  const Ask ask(http::Method::post, "/projects/acme/oauth2/revoke");
  const Error error{ErrorCode::outcome_unknown, "connection lost"};
  const http::Response response = oauth_error_response(error, ask.request, log);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_at(response, "error"), "temporarily_unavailable");
  EXPECT_EQ(header_of(response, "Retry-After"), "5");
}

TEST(ErrorResponse, ExplainsClientErrorsWithoutLoggingThem) {
  testing::RecordingLogger log;
  const Ask ask(http::Method::get, "/v1/x");
  const Error error{ErrorCode::invalid_argument, "two faults", {{"a", "x"}, {"b", "y"}}};
  EXPECT_EQ(faulty_fields(problem_response(error, ask.request, log)), "a b");
  EXPECT_TRUE(log.lines().empty());
}

TEST(RefusalResponse, HasRetryAfter) {
  const Ask ask(http::Method::post, "/v1/x");
  EXPECT_EQ(header_of(refusal_response(500, "because", ask.request), "Retry-After"), "");
  EXPECT_EQ(header_of(refusal_response(429, "because", ask.request), "Retry-After"), "1");
  EXPECT_EQ(header_of(refusal_response(503, "because", ask.request), "Retry-After"), "5");
}

TEST(RefusalResponse, UsesTheErrorFormatOfThePath) {
  struct Row {
    const char* what;
    const char* path;
    int status;
    const char* member;
    const char* value;
  };
  const Row rows[] = {
      {"too large for the API", "/v1/projects/acme/roles", 413, "code", "invalid_argument"},
      {"unknown path", "/nowhere", 404, "code", "not_found"},
      {"overloaded", "/v1/x", 503, "code", "unavailable"},
      {"too much of one source", "/v1/x", 429, "code", "rate_limited"},
      {"a handler threw", "/v1/x", 500, "code", "internal"},
      {"not implemented", "/v1/x", 501, "code", "internal"},
      {"looks like OAuth only later", "/v1/projects/a/oauth2/token", 404, "code", "not_found"},
      {"too large for OAuth", "/projects/acme/oauth2/token", 413, "error", "invalid_request"},
      {"OAuth overloaded", "/projects/acme/oauth2/token", 503, "error", "temporarily_unavailable"},
      {"OAuth handler threw", "/projects/acme/oauth2/token", 500, "error", "server_error"},
      {"before any path", "", 400, "code", "invalid_argument"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const Ask ask(http::Method::post, row.path);
    const http::Response response = refusal_response(row.status, "because", ask.request);
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(text_at(response, row.member), row.value);
  }
}

}  // namespace
}  // namespace ptkl::server
