// Errors of the server, and of other servers, as exit codes and messages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using testing::Arguments;
using ::testing::HasSubstr;
using testing::kId;
using testing::kRole;
using ::testing::Not;

class ResponseErrorsTest : public testing::CommandTest {};

struct Refusal {
  const char* what;
  int status;
  const char* body;
  int exit_code;
  const char* words;
};

TEST_F(ResponseErrorsTest, MapEachErrorToItsExitCode) {
  const Refusal rows[] = {
      {"an internal error of the server", 500, R"({"code": "internal", "detail": "oops"})", 1,
       "oops"},
      {"a page of a proxy", 500, "<html>", 8, "500"},
      {"a redirect", 307, "", 8, "redirects"},
      {"a success that is not JSON", 200, "<html>", 8, "JSON"},
      {"a success of another type", 200, "[]", 8, "object"},
      {"an HTML page with 404", 404, "<html>", 8, "https://id.example.org (status 404)"},
      {"an HTML page with 403", 403, "<html>", 8, "https://id.example.org (status 403)"},
      {"an HTML page with 401", 401, "<html>", 8, "https://id.example.org (status 401)"},
      {"a proxy that requires authentication", 407, "<html>", 8,
       "https://id.example.org (status 407)"},
      {"no body", 404, "", 8, "hint: check the server's address (--host, PTKL_HOST"},
      {"JSON of another server", 404, R"({"error": "Not Found", "path": "/v1"})", 8, "404"},
      {"a proxy's limit", 429, "<html>", 7, "try again in 7"},
      {"invalid input", 400,
       R"({"code": "invalid_argument", "detail": "bad input",
           "errors": [{"field": "level", "message": "too high"}]})",
       2, "level: too high"},
      {"not found", 404, R"({"code": "not_found", "detail": "no such user"})", 3, "no such"},
      {"a rejected login", 401, R"({"code": "unauthenticated", "detail": "no"})", 4,
       "get-auth-token"},
      {"a missing permission", 403,
       R"({"code": "permission_denied", "detail": "needs the permission api-users.read"})", 5,
       "api-users.read"},
      {"a conflict", 409, R"({"code": "conflict", "detail": "taken"})", 6, "taken"},
      {"a concurrent change", 412, R"({"code": "precondition_failed", "detail": "changed"})", 6,
       "changed"},
      {"rate limited", 429, R"({"code": "rate_limited", "detail": "slow down"})", 7,
       "try again in 7"},
      {"unavailable", 503, R"({"code": "unavailable", "detail": "no database"})", 8, "database"},
  };
  for (const Refusal& row : rows) {
    SCOPED_TRACE(row.what);
    terminal_.err.clear();
    server_.answer(row.status, row.body, {{"Retry-After", "7"}, {"Location", "https://elsewhere"}});
    EXPECT_EQ(run({"whoami"}), row.exit_code);
    EXPECT_THAT(terminal_.err, HasSubstr(row.words));
    EXPECT_THAT(terminal_.err, ::testing::StartsWith("ptkl: "));
    EXPECT_EQ(terminal_.out, "");
  }
}

TEST_F(ResponseErrorsTest, SayThatAChangeMayHaveBeenApplied) {
  const Arguments changes[] = {{"api-users", "create", "-u", "a"},
                               {"api-users", "edit", "-u", kId, "-r", kRole},
                               {"api-users", "delete", "-u", kId},
                               {"api-users", "new-secret", "-u", kId},
                               {"api-users", "revoke-secret", "-u", kId},
                               {"role", "create", "-n", "a"},
                               {"role", "delete", "-u", kRole},
                               {"users", "invite", "-e", "a@example.org"},
                               {"users", "delete", "-u", kId},
                               {"keys", "rotate"}};
  for (const Arguments& change : changes) {
    SCOPED_TRACE(::testing::PrintToString(change));
    terminal_.err.clear();
    server_.fail({ErrorCode::outcome_unknown, "id.example.org: the connection was closed"});
    EXPECT_EQ(run(change), 8);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the change may have been applied"));
    terminal_.err.clear();
    server_.answer(502, "<html>");  // from a proxy that cannot reach the server
    EXPECT_EQ(run(change), 8);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the change may have been applied"));
    for (const int status : {502, 504}) {
      terminal_.err.clear();
      server_.answer(status, R"({"code": "UPSTREAM_TIMEOUT", "message": "timeout"})");
      EXPECT_EQ(run(change), 8);
      EXPECT_THAT(terminal_.err, HasSubstr("is not JSON from a ptkld"));
      EXPECT_THAT(terminal_.err, HasSubstr("hint: the change may have been applied"));
    }
    terminal_.err.clear();
    server_.answer(302, "");
    EXPECT_EQ(run(change), 8);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the change may have been applied"));
    terminal_.err.clear();
    server_.answer(500, R"({"code": "of_a_newer_server", "detail": "new"})",
                   {{"Content-Type", "application/problem+json"}});
    EXPECT_EQ(run(change), 1);
    EXPECT_THAT(terminal_.err, HasSubstr("ptkl: new"));
    terminal_.err.clear();
    server_.answer(504, "[]");
    EXPECT_EQ(run(change), 8);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the change may have been applied"));
    terminal_.err.clear();
    server_.answer(404, "<html>");
    EXPECT_EQ(run(change), 8);
    EXPECT_THAT(terminal_.err, Not(HasSubstr("applied")));
  }
}

TEST_F(ResponseErrorsTest, DoNotMentionChangesOfADryRun) {
  server_.fail({ErrorCode::outcome_unknown, "id.example.org: the connection was closed"});
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--dry-run"}), 8);
  EXPECT_THAT(terminal_.err, Not(HasSubstr("applied")));
}

TEST_F(ResponseErrorsTest, RequireABodyExceptForNoContent) {
  server_.answer(200, "");
  EXPECT_EQ(run({"api-users", "delete", "-u", kId}), 8);
  EXPECT_EQ(terminal_.out, "");
}

TEST_F(ResponseErrorsTest, SayWhenTheServerIsUnreachable) {
  EXPECT_EQ(run({"whoami"}), 8);
  EXPECT_THAT(terminal_.err, HasSubstr("connection refused"));
}

TEST_F(ResponseErrorsTest, EscapeControlCharactersOfTheServer) {
  server_.answer(409, "{\"code\": \"conflict\", \"detail\": \"\\u001b[2J gone\"}");
  EXPECT_EQ(run({"whoami"}), 6);
  EXPECT_THAT(terminal_.err, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace ptkl::cli
