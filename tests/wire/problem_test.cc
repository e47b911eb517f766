#include "wire/problem.h"

#include <array>

#include <gtest/gtest.h>

#include "wire/json.h"

namespace ptkl::wire {
namespace {

constexpr std::array kAllCodes = {ErrorCode::invalid_argument,  ErrorCode::unauthenticated,
                                  ErrorCode::permission_denied, ErrorCode::not_found,
                                  ErrorCode::conflict,          ErrorCode::precondition_failed,
                                  ErrorCode::rate_limited,      ErrorCode::unavailable,
                                  ErrorCode::outcome_unknown,   ErrorCode::internal};

struct StatusCase {
  int status;
  ErrorCode code;
};

const std::vector<StatusCase> kStatusCases = {{400, ErrorCode::invalid_argument},
                                              {401, ErrorCode::unauthenticated},
                                              {403, ErrorCode::permission_denied},
                                              {404, ErrorCode::not_found},
                                              {405, ErrorCode::invalid_argument},
                                              {409, ErrorCode::conflict},
                                              {412, ErrorCode::precondition_failed},
                                              {413, ErrorCode::invalid_argument},
                                              {429, ErrorCode::rate_limited},
                                              {500, ErrorCode::internal},
                                              {501, ErrorCode::internal},
                                              {502, ErrorCode::unavailable},
                                              {503, ErrorCode::unavailable},
                                              {504, ErrorCode::unavailable},
                                              {302, ErrorCode::internal},
                                              {0, ErrorCode::internal}};

TEST(Problem, FallsBackToTheStatus) {
  for (const StatusCase& row : kStatusCases) {
    for (const std::string json : {"", "<html>", "[]", "{}", R"({"code":7})", R"({"code":"new"})",
                                   R"({"code":"conflict","code":"internal"})"}) {
      SCOPED_TRACE(std::to_string(row.status) + " " + json);
      const Error error = parse_problem(json, row.status);
      EXPECT_EQ(error.code, row.code);
      EXPECT_FALSE(error.message.empty());
      EXPECT_TRUE(error.fields.empty());
    }
  }
}

TEST(Problem, SkipsErrorsOfAnotherShape) {
  const Error error = parse_problem(
      R"({"code":"invalid_argument","detail":"d","errors":[1,null,{"field":"a","message":"m"},{}]})",
      400);
  EXPECT_EQ(error.fields, (std::vector<FieldError>{{"a", "m"}, {"", ""}}));
  EXPECT_TRUE(parse_problem(R"({"code":"conflict","errors":{"a":1}})", 409).fields.empty());
}

TEST(Problem, PrefersItsCodeToTheStatus) {
  for (const ErrorCode code : kAllCodes) {
    const Error error{code, "what went wrong"};
    const Error read =
        parse_problem(to_text(boost::json::value(to_problem(error, 418, "t", "r"))), 418);
    EXPECT_EQ(read.code, code) << to_text(code);
    EXPECT_EQ(read.message, error.message);
  }
}

TEST(Problem, HasTheMembersOfTheRfc) {
  const Error error{ErrorCode::invalid_argument,
                    "username: wrong; level: \"x\"",
                    {{"username", "wrong"}, {"level", "\"x\""}}};
  EXPECT_EQ(to_text(boost::json::value(to_problem(error, 400, "Bad Request", "req-1"))),
            R"({"type":"about:blank","title":"Bad Request","status":400,)"
            R"("detail":"username: wrong; level: \"x\"","code":"invalid_argument",)"
            R"("request_id":"req-1","errors":[{"field":"username","message":"wrong"},)"
            R"({"field":"level","message":"\"x\""}]})");
}

TEST(Problem, HasNoErrorsWithoutFieldErrors) {
  const Error error{ErrorCode::not_found, "no such role"};
  EXPECT_EQ(to_text(boost::json::value(to_problem(error, 404, "Not Found", "req-1"))),
            R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no such role",)"
            R"("code":"not_found","request_id":"req-1"})");
}

TEST(Problem, KeepsItsFields) {
  const Error error{ErrorCode::conflict, "taken", {{"username", "is taken"}}};
  const std::string json = to_text(boost::json::value(to_problem(error, 409, "Conflict", "r")));
  EXPECT_EQ(parse_problem(json, 409).fields, error.fields);
}

TEST(OAuthErrorBody, FallsBackToTheStatus) {
  for (const StatusCase& row : kStatusCases) {
    for (const std::string json : {"", "<html>", "[]", "{}", R"({"error":7})"}) {
      SCOPED_TRACE(std::to_string(row.status) + " " + json);
      const Error error = parse_oauth_error(json, row.status);
      EXPECT_EQ(error.code, row.code);
      EXPECT_FALSE(error.message.empty());
    }
  }
}

TEST(OAuthErrorBody, MapsToTheClientsErrorCode) {
  struct Row {
    OAuthErrorCode oauth;
    int status;
    ErrorCode code;
  };
  const std::vector<Row> rows = {
      {OAuthErrorCode::invalid_request, 400, ErrorCode::invalid_argument},
      {OAuthErrorCode::invalid_client, 401, ErrorCode::unauthenticated},
      {OAuthErrorCode::invalid_client, 400, ErrorCode::unauthenticated},
      {OAuthErrorCode::invalid_client, 429, ErrorCode::rate_limited},
      {OAuthErrorCode::unsupported_grant_type, 400, ErrorCode::invalid_argument},
      {OAuthErrorCode::invalid_scope, 400, ErrorCode::invalid_argument},
      {OAuthErrorCode::invalid_target, 400, ErrorCode::invalid_argument},
      {OAuthErrorCode::invalid_token, 401, ErrorCode::unauthenticated},
      {OAuthErrorCode::insufficient_scope, 403, ErrorCode::permission_denied},
      {OAuthErrorCode::server_error, 500, ErrorCode::internal},
      {OAuthErrorCode::temporarily_unavailable, 503, ErrorCode::unavailable},
      {OAuthErrorCode::temporarily_unavailable, 429, ErrorCode::rate_limited},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(to_text(row.oauth));
    const OAuthError error{row.oauth, "the reason"};
    const Error read = parse_oauth_error(to_text(boost::json::value(to_json(error))), row.status);
    EXPECT_EQ(read.code, row.code);
    EXPECT_EQ(read.message, "the reason");
  }
}

TEST(OAuthErrorBody, HasTheMembersOfTheRfc) {
  EXPECT_EQ(to_text(boost::json::value(to_json(OAuthError{OAuthErrorCode::invalid_scope, "no"}))),
            R"({"error":"invalid_scope","error_description":"no"})");
}

}  // namespace
}  // namespace ptkl::wire
