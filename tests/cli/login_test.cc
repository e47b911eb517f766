// Where the login comes from: flags, environment, profiles; and the verbs that make and keep one.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "cli/fake_system.h"

namespace ptkl::cli {
namespace {

using testing::CliTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Arguments = std::vector<std::string>;

constexpr const char* kToken =
    R"({"access_token": "fresh-token", "token_type": "Bearer", "expires_in": 3600, "scope": "*"})";
constexpr const char* kCaller = R"({"username": "ci-bot"})";

class LoginTest : public CliTest {
 protected:
  std::string profiles() const { return testing::read_file(config_folder() + "/profiles.json"); }

  /// Profile `work` at https://id.example.org, project acme, with a token for an hour.
  void make_profile(const std::string& name = "work") {
    server.answer(200, kToken);
    terminal.input = "the-secret\n";
    ASSERT_EQ(run({"profile", "new", "-n", name, "-h", "https://id.example.org", "-P", "acme", "-u",
                   "ci-bot", "-p", "-"}),
              0)
        << terminal.err;
    server.requests.clear();
    terminal.err.clear();
  }

  std::string bearer() const {
    return server.requests.empty() ? "nothing sent"
                                   : server.requests.back().header("Authorization");
  }
};

TEST_F(LoginTest, IsMissingWhereNothingIsGiven) {
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal.err, HasSubstr("ptkl profile new"));
  EXPECT_EQ(run({"profile"}), 4);
  EXPECT_EQ(run({"profile", "auth", "-p", "-"}), 4);
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, NeedsAHostAndAProject) {
  environment.variables["PTKL_TOKEN"] = "t";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal.err, HasSubstr("PTKL_HOST"));
  environment.variables["PTKL_HOST"] = "https://id.example.org";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal.err, HasSubstr("PTKL_PROJECT"));
}

TEST_F(LoginTest, NeedsAUserForTheSecret) {
  set_token();
  environment.variables.erase("PTKL_TOKEN");
  environment.variables["PTKL_SECRET"] = "s";
  EXPECT_EQ(run({"whoami"}), 4) << "there is no profile that could tell the user";
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, SendsNoSecretForAnEmailInTheEnvironment) {
  set_token();
  environment.variables["PTKL_TOKEN"] = "";
  environment.variables["PTKL_USERNAME"] = "a@example.org";
  environment.variables["PTKL_SECRET"] = "s";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, ComesFromTheEnvironmentAloneInACiJob) {
  set_token();
  environment.variables.erase("PTKL_TOKEN");
  environment.variables["PTKL_USERNAME"] = "ci-bot";
  environment.variables["PTKL_SECRET"] = "p&s :%";
  // Neither a broken file nor a missing home may stand in the way.
  environment.variables["PTKL_CONFIG_DIR"] = "/proc/nowhere";
  server.answer(200, kToken);
  server.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0) << terminal.err;
  ASSERT_EQ(server.requests.size(), 2U);
  EXPECT_EQ(server.requests[0].url, "https://id.example.org/projects/acme/oauth2/token");
  EXPECT_EQ(server.requests[0].body, "grant_type=client_credentials");
  EXPECT_EQ(server.requests[0].header("Authorization"),
            "Basic " + to_base64(as_bytes("ci-bot:p%26s+%3A%25")));
  EXPECT_EQ(bearer(), "Bearer fresh-token");
}

TEST_F(LoginTest, TakesTheFlagOverTheEnvironmentOverTheProfile) {
  make_profile();
  server.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_EQ(bearer(), "Bearer fresh-token");
  environment.variables["PTKL_TOKEN"] = "from-environment";
  environment.variables["PTKL_HOST"] = "https://two.example.org";
  environment.variables["PTKL_PROJECT"] = "two";
  server.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_EQ(bearer(), "Bearer from-environment");
  EXPECT_EQ(server.requests.back().url, "https://two.example.org/v1/projects/two/whoami");
  server.answer(200, kCaller);
  EXPECT_EQ(run({"whoami", "--token", "from-flag", "--host", "https://three.example.org",
                 "--project", "three"}),
            0);
  EXPECT_EQ(bearer(), "Bearer from-flag");
  EXPECT_EQ(server.requests.back().url, "https://three.example.org/v1/projects/three/whoami");
}

TEST_F(LoginTest, NeverSendsAProfilesTokenElsewhereOrForAnotherUser) {
  make_profile();
  EXPECT_EQ(run({"--host", "https://evil.example.org", "whoami"}), 4);
  EXPECT_EQ(run({"--project", "other", "whoami"}), 4);
  environment.variables["PTKL_USERNAME"] = "somebody-else";
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, SaysWhatToRunWhenItHasExpired) {
  make_profile();
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal.err, HasSubstr("ptkl profile auth --profile work"));
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, SaysWhatToRunWhenTheServerRefusesIt) {
  make_profile();
  server.answer(401, R"({"code": "unauthenticated", "detail": "the token is not valid"})");
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal.err, HasSubstr("ptkl profile auth --profile work"));
}

TEST_F(LoginTest, ChoosesTheProfileThatIsAskedFor) {
  make_profile("one");
  make_profile("two");
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(run({"profile", "--profile", "one"}), 0);
  environment.variables["PTKL_PROFILE"] = "one";
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(run({"--profile", "two", "profile"}), 0);
  EXPECT_EQ(terminal.out, "two\none\none\ntwo\n");
  EXPECT_EQ(run({"--profile", "three", "whoami"}), 3);
}

TEST_F(LoginTest, TellsOfCallsButOfNoSecretsWithVerbose) {
  set_token();
  environment.variables["PTKL_TOKEN"] = "";
  environment.variables["PTKL_USERNAME"] = "ci-bot";
  environment.variables["PTKL_SECRET"] = "the-secret";
  server.answer(200, kToken);
  server.answer(200, kCaller);
  EXPECT_EQ(run({"--verbose", "whoami"}), 0);
  EXPECT_THAT(terminal.err, HasSubstr("POST https://id.example.org/projects/acme/oauth2/token"));
  EXPECT_THAT(terminal.err, Not(HasSubstr("the-secret")));
  EXPECT_THAT(terminal.err, Not(HasSubstr("fresh-token")));
  EXPECT_THAT(terminal.err, Not(HasSubstr(to_base64(as_bytes("ci-bot:the-secret")))));
}

TEST_F(LoginTest, PassesTheTimeLimitOn) {
  set_token();
  server.answer(200, kCaller);
  EXPECT_EQ(run({"--timeout", "5s", "whoami"}), 0);
  EXPECT_EQ(server.options.timeout, std::chrono::seconds(5));
}

TEST_F(LoginTest, WarnsOfPlainHttpAcrossANetwork) {
  set_token();
  environment.variables["PTKL_HOST"] = "http://id.example.org";
  server.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_THAT(terminal.err, HasSubstr("warning"));
}

// --- profile new

TEST_F(LoginTest, ProfileNewRefusesWrongValuesBeforeAnythingIsSent) {
  const Arguments rows[] = {
      {"-u", "ci", "-p", "-", "-P", "acme"},                                  // no host
      {"-u", "ci", "-p", "-", "-h", "localhost"},                             // no project
      {"-p", "-", "-P", "acme", "-h", "localhost"},                           // no user
      {"-u", "a@example.org", "-p", "-", "-P", "acme", "-h", "localhost"},    // a person
      {"-u", "CI", "-p", "-", "-P", "acme", "-h", "localhost"},               // no username
      {"-u", "ci", "-p", "-", "-P", "Acme", "-h", "localhost"},               // no project name
      {"-u", "ci", "-p", "-", "-P", "acme", "-h", "x y"},                     // no host name
      {"-u", "ci", "-p", "-", "-P", "acme", "-h", "localhost", "-n", "a/b"},  // no profile name
      {"-u", "ci", "-p", "-P", "acme", "-h", "localhost"},                    // no terminal
      {"-u", "ci", "-P", "acme", "-h", "localhost"},                          // no password
      {"-u", "ci", "-p", "", "-P", "acme", "-h", "localhost"},                // an empty one
  };
  terminal.input = "the-secret";
  for (const Arguments& row : rows) {
    SCOPED_TRACE(::testing::PrintToString(row));
    Arguments arguments = {"profile", "new"};
    arguments.insert(arguments.end(), row.begin(), row.end());
    EXPECT_EQ(run(arguments), 2);
    EXPECT_THAT(server.requests, IsEmpty());
  }
}

TEST_F(LoginTest, ProfileNewKeepsTheTokenButNotTheSecret) {
  make_profile();
  EXPECT_THAT(profiles(), HasSubstr("fresh-token"));
  EXPECT_THAT(profiles(), HasSubstr("\"expires_at\": \"2026-01-05T09:00:00.000Z\""));
  EXPECT_THAT(profiles(), Not(HasSubstr("the-secret")));
  EXPECT_EQ(terminal.out, "");
}

TEST_F(LoginTest, ProfileNewTakesTheProjectForAName) {
  server.answer(200, kToken);
  environment.variables["PTKL_SECRET"] = "s";
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci"}), 0);
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(terminal.out, "acme\n");
}

TEST_F(LoginTest, ProfileNewChangesNothingWhenTheServerRefuses) {
  server.answer(401, R"({"error": "invalid_client", "error_description": "no"})");
  terminal.input = "wrong";
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci", "-p", "-"}), 4);
  EXPECT_EQ(profiles(), "");
}

TEST_F(LoginTest, ProfileNewDoesNotReplaceAProfile) {
  make_profile();
  const std::string before = profiles();
  EXPECT_EQ(
      run({"profile", "new", "-n", "work", "-h", "localhost:1", "-P", "a", "-u", "b", "-p", "-"}),
      6);
  EXPECT_THAT(server.requests, IsEmpty());
  EXPECT_EQ(profiles(), before);
}

TEST_F(LoginTest, ProfileNewAsksOnATerminal) {
  terminal.input_is_terminal = true;
  terminal.typed = "typed-secret";
  server.answer(200, kToken);
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci", "-p"}), 0);
  EXPECT_THAT(terminal.prompts, ElementsAre("secret: "));
  EXPECT_EQ(server.requests[0].header("Authorization"),
            "Basic " + to_base64(as_bytes("ci:typed-secret")));
}

// --- profile auth and the rest

TEST_F(LoginTest, ProfileAuthLogsInAgain) {
  make_profile();
  clock.advance(std::chrono::hours(2));
  server.answer(200, R"({"access_token": "newer", "token_type": "Bearer", "expires_in": 60})");
  EXPECT_EQ(run({"profile", "auth", "-p", "-"}), 0);
  EXPECT_EQ(server.requests[0].url, "https://id.example.org/projects/acme/oauth2/token");
  EXPECT_THAT(profiles(), HasSubstr("newer"));
  EXPECT_THAT(profiles(), HasSubstr("2026-01-05T10:01:00.000Z"));
}

TEST_F(LoginTest, ProfileAuthKeepsAGivenToken) {
  make_profile();
  terminal.input = "a.eyJleHAiOjE3Njc2MDM2MDB9.c\n";
  EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 0);
  EXPECT_THAT(server.requests, IsEmpty());
  EXPECT_THAT(profiles(), HasSubstr("\"a.eyJleHAiOjE3Njc2MDM2MDB9.c\""));
  EXPECT_THAT(profiles(), HasSubstr("2026-01-05T09:00:00.000Z"));
}

TEST_F(LoginTest, ProfileAuthRefusesTwoWaysAtOnceAndBrokenTokens) {
  make_profile();
  const std::string before = profiles();
  EXPECT_EQ(run({"profile", "auth", "-t", "-", "-p", "-"}), 2);
  terminal.input = "two words";
  EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 2);
  EXPECT_EQ(profiles(), before);
}

TEST_F(LoginTest, ProfileListAndInspectShowAllButTheToken) {
  make_profile("one");
  make_profile("two");
  EXPECT_EQ(run({"profile", "list"}), 0);
  EXPECT_EQ(run({"profile", "list", "-f", "json"}), 0);
  EXPECT_EQ(run({"profile", "inspect", "one"}), 0);
  EXPECT_EQ(run({"profile", "inspect", "two", "-f", "json"}), 0);
  EXPECT_THAT(terminal.out, HasSubstr("https://id.example.org"));
  EXPECT_THAT(terminal.out, HasSubstr("\"active\": true"));
  EXPECT_THAT(terminal.out, Not(HasSubstr("fresh-token")));
}

TEST_F(LoginTest, ProfileUseAndDeleteChangeTheActiveOne) {
  make_profile("one");
  make_profile("two");
  EXPECT_EQ(run({"profile", "use", "one"}), 0);
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(terminal.out, "one\n");
  EXPECT_EQ(run({"profile", "delete", "one"}), 0);
  EXPECT_EQ(run({"profile"}), 4);
  EXPECT_EQ(run({"profile", "use", "two"}), 0);
}

TEST_F(LoginTest, ProfileVerbsSayWhichProfileIsUnknown) {
  for (const char* verb : {"use", "inspect", "delete"}) {
    SCOPED_TRACE(verb);
    EXPECT_EQ(run({"profile", verb, "nothing"}), 3);
  }
}

TEST_F(LoginTest, ABrokenProfileFileIsToldOfAndLeftAlone) {
  make_profile();
  testing::write_file(config_folder() + "/profiles.json", "{");
  EXPECT_EQ(run({"whoami"}), 1);
  EXPECT_EQ(run({"profile", "use", "work"}), 1);
  EXPECT_THAT(terminal.err, HasSubstr("profiles.json"));
  EXPECT_EQ(profiles(), "{");
}

// --- get-auth-token

TEST_F(LoginTest, GetAuthTokenNeedsNoProfile) {
  server.answer(200, kToken);
  terminal.input = "the-secret\n";
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-", "-q", "--host",
                 "https://id.example.org", "--project", "acme"}),
            0);
  EXPECT_EQ(terminal.out, "fresh-token\n");
  EXPECT_EQ(terminal.err, "");
  EXPECT_EQ(server.requests[0].header("Authorization"),
            "Basic " + to_base64(as_bytes("ci-bot:the-secret")));
}

TEST_F(LoginTest, GetAuthTokenSendsScopeAndResource) {
  make_profile();
  server.answer(200, kToken);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-", "--scope", "a.read",
                 "b.*", "--resource", "https://api.example.org", "-f", "json"}),
            0);
  EXPECT_EQ(
      server.requests[0].body,
      "grant_type=client_credentials&scope=a.read+b.*&resource=https%3A%2F%2Fapi.example.org");
  EXPECT_THAT(terminal.out, HasSubstr("\"access_token\": \"fresh-token\""));
}

TEST_F(LoginTest, GetAuthTokenRefusesAHugeSecretBeforeItIsSent) {
  make_profile();
  terminal.input = std::string(std::size_t{1024} * 1024, 'x');
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), 2);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", terminal.input}), 2);
  environment.variables["PTKL_SECRET"] = terminal.input;
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot"}), 2);
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, GetAuthTokenNeedsHostUserAndSecret) {
  terminal.input = "s";
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), 2);
  make_profile();
  EXPECT_EQ(run({"api-users", "get-auth-token", "-p", "-"}), 2);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot"}), 2);
  EXPECT_THAT(terminal.err, HasSubstr("PTKL_SECRET"));
  EXPECT_THAT(server.requests, IsEmpty());
}

TEST_F(LoginTest, GetAuthTokenSendsNoSecretForWhatCanBeNoApiUser) {
  make_profile();
  for (const char* user : {"a@example.org", "CI", "a b", "-a", ""}) {
    SCOPED_TRACE(user);
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", user, "-p", "-"}), 2);
    EXPECT_THAT(server.requests, IsEmpty());
  }
}

TEST_F(LoginTest, WarnsOfASecretAmongTheArgumentsAndHidesIt) {
  make_profile();
  server.answer(200, kToken);
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "hunter2"}), 0);
  EXPECT_THAT(terminal.err, HasSubstr("warning"));
  EXPECT_THAT(terminal.err, Not(HasSubstr("hunter2")));
  EXPECT_THAT(hidden, ElementsAre("hunter2"));
}

struct TokenRefusal {
  const char* what;
  int status;
  const char* body;
  int exit_code;
};

TEST_F(LoginTest, TurnsEachRefusalOfTheTokenEndpointIntoItsExitCode) {
  const TokenRefusal rows[] = {
      {"wrong secret", 401, R"({"error": "invalid_client"})", 4},
      {"scope too wide", 400, R"({"error": "invalid_scope", "error_description": "x"})", 2},
      {"bad request", 400, R"({"error": "invalid_request"})", 2},
      {"bad resource", 400, R"({"error": "invalid_target"})", 2},
      {"no such project", 404, R"({"code": "not_found", "detail": "no such project"})", 3},
      {"too often", 429, R"({"error": "temporarily_unavailable"})", 7},
      {"too often, without words", 429, "", 7},
      {"a fault of the server", 500, R"({"error": "server_error"})", 1},
      {"out of order", 503, R"({"error": "temporarily_unavailable"})", 8},
      {"a redirect", 302, "", 1},
      {"a success without token", 200, R"({"token_type": "Bearer"})", 1},
      {"a success that is no JSON", 200, "<html>", 1},
  };
  make_profile();
  for (const TokenRefusal& row : rows) {
    SCOPED_TRACE(row.what);
    server.answer(row.status, row.body);
    EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ci-bot", "-p", "-"}), row.exit_code);
    EXPECT_EQ(terminal.out, "");
  }
}

}  // namespace
}  // namespace ptkl::cli
