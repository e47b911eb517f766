// `ptkl api-users get-auth-token`: what it needs, sends and prints.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "cli/login_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kSecret;
using testing::kToken;
using ::testing::Not;
using GetAuthTokenTest = testing::LoginTest;

TEST_F(GetAuthTokenTest, NeedsNoProfile) {
  server_.answer(200, kToken);
  terminal_.input = std::string(kSecret) + '\n';
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-", "-q", "--host",
                 "https://id.example.org", "--project", "acme"}),
            0);
  EXPECT_EQ(terminal_.out, "fresh-token\n");
  EXPECT_EQ(terminal_.err, "");
  EXPECT_EQ(server_.requests[0].header("Authorization"),
            "Basic " + to_base64(as_bytes(std::string("ci-bot:") + kSecret)));
}

TEST_F(GetAuthTokenTest, SendsScopeAndResource) {
  make_profile();
  server_.answer(200, kToken);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-", "--scope", "a.read",
                 "b.*", "--resource", "https://api.example.org", "-f", "json"}),
            0);
  EXPECT_EQ(
      server_.requests[0].body,
      "grant_type=client_credentials&scope=a.read+b.*&resource=https%3A%2F%2Fapi.example.org");
  EXPECT_THAT(terminal_.out, HasSubstr("\"access_token\": \"fresh-token\""));
}

TEST_F(GetAuthTokenTest, RejectsAHugeSecretBeforeItIsSent) {
  make_profile();
  terminal_.input = std::string(std::size_t{1024} * 1024, 'x');
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), 2);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", terminal_.input}), 2);
  environment_.variables["PTKL_SECRET"] = terminal_.input;
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot"}), 2);
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(GetAuthTokenTest, RequiresHostUserAndSecret) {
  terminal_.input = kSecret;
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), 2);
  make_profile();
  EXPECT_EQ(run({"api-users", "get-auth-token", "-p", "-"}), 2);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("PTKL_SECRET"));
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(GetAuthTokenTest, SendsNoSecretForAnInvalidUsername) {
  make_profile();
  for (const char* user : {"a@example.org", "CI", "a b", "-a", ""}) {
    SCOPED_TRACE(user);
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", user, "-p", "-"}), 2);
    EXPECT_THAT(server_.requests, IsEmpty());
  }
}

TEST_F(GetAuthTokenTest, WarnsAboutASecretAmongTheArgumentsAndHidesIt) {
  make_profile();
  server_.answer(200, kToken);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", kSecret}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("warning"));
  EXPECT_THAT(terminal_.err, Not(HasSubstr(kSecret)));
  EXPECT_THAT(hidden_, ElementsAre(kSecret));
}

TEST_F(GetAuthTokenTest, SendsNoMalformedSecret) {
  make_profile();
  for (const char* malformed : {"hunter2", "ptkl_", "eyJh.eyJi.c"}) {
    SCOPED_TRACE(malformed);
    terminal_.input = terminal_.typed = malformed;
    environment_.variables["PTKL_SECRET"] = malformed;
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot"}), 2);
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), 2);
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", malformed}), 2);
    terminal_.input_is_terminal = true;
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p"}), 2);
    terminal_.input_is_terminal = false;
    for (const char* part : {"hunter2", "eyJ"}) EXPECT_THAT(terminal_.err, Not(HasSubstr(part)));
  }
  EXPECT_THAT(server_.requests, IsEmpty());
}

struct TokenRefusal {
  const char* what;
  int status;
  const char* body;
  int exit_code;
};

TEST_F(GetAuthTokenTest, MapsEachErrorOfTheTokenEndpointToItsExitCode) {
  const TokenRefusal rows[] = {
      {"wrong secret", 401, R"({"error": "invalid_client"})", 4},
      {"scope too wide", 400, R"({"error": "invalid_scope", "error_description": "x"})", 2},
      {"an invalid request", 400, R"({"error": "invalid_request"})", 2},
      {"an invalid resource", 400, R"({"error": "invalid_target"})", 2},
      {"no such project", 404, R"({"code": "not_found", "detail": "no such project"})", 3},
      {"rate limited", 429, R"({"error": "temporarily_unavailable"})", 7},
      {"rate limited for wrong secrets", 429, R"({"error": "invalid_client"})", 7},
      {"rate limited by a proxy", 429, "<html>", 7},
      {"an internal error of the server", 500, R"({"error": "server_error"})", 1},
      {"unavailable", 503, R"({"error": "temporarily_unavailable"})", 8},
      {"a redirect", 302, "", 8},
      {"a success without token", 200, R"({"token_type": "Bearer"})", 8},
      {"a success that is not JSON", 200, "<html>", 8},
      {"an HTML page with 404", 404, "<html>", 8},
      {"an HTML page with 403", 403, "<html>", 8},
      {"an HTML page with 401", 401, "<html>", 8},
      {"an HTML page with 407", 407, "<html>", 8},
      {"a response without a body", 401, "", 8},
      {"JSON of another server", 404, R"({"status": 404, "error": "Not Found"})", 8},
      {"JSON of a gateway", 403, R"({"message": "no Route matched with those values"})", 8},
  };
  make_profile();
  for (const TokenRefusal& row : rows) {
    SCOPED_TRACE(row.what);
    server_.answer(row.status, row.body);
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), row.exit_code);
    EXPECT_EQ(terminal_.out, "");
  }
}

}  // namespace
}  // namespace ptkl::cli
