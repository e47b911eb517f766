// `ptkl profile …`: creating, storing, selecting and deleting logins.
#include <filesystem>
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
using ProfileTest = testing::LoginTest;
using Arguments = std::vector<std::string>;

TEST_F(ProfileTest, ProfileNewRejectsInvalidValuesBeforeSending) {
  const Arguments rows[] = {
      {"-u", "ci", "-p", "-", "-P", "acme"},                                  // no host
      {"-u", "ci", "-p", "-", "-h", "localhost"},                             // no project
      {"-p", "-", "-P", "acme", "-h", "localhost"},                           // no user
      {"-u", "a@", "-p", "-", "-P", "acme", "-h", "localhost"},               // no email
      {"-u", "CI", "-p", "-", "-P", "acme", "-h", "localhost"},               // no username
      {"-u", "ci", "-p", "-", "-P", "Acme", "-h", "localhost"},               // no project name
      {"-u", "ci", "-p", "-", "-P", "acme", "-h", "x y"},                     // no host name
      {"-u", "ci", "-p", "-", "-P", "acme", "-h", "localhost", "-n", "a/b"},  // no profile name
      {"-u", "ci", "-p", "-P", "acme", "-h", "localhost"},                    // no terminal
      {"-u", "ci", "-P", "acme", "-h", "localhost"},                          // no password
      {"-u", "ci", "-p", "", "-P", "acme", "-h", "localhost"},                // an empty one
  };
  terminal_.input = kSecret;
  for (const Arguments& row : rows) {
    SCOPED_TRACE(::testing::PrintToString(row));
    Arguments arguments = {"profile", "new"};
    arguments.insert(arguments.end(), row.begin(), row.end());
    EXPECT_EQ(run(arguments), 2);
    EXPECT_THAT(server_.requests, IsEmpty());
  }
}

TEST_F(ProfileTest, ProfileNewStoresTheTokenButNotTheSecret) {
  make_profile();
  EXPECT_THAT(profiles(), HasSubstr("fresh-token"));
  EXPECT_THAT(profiles(), HasSubstr("\"expires_at\": \"2026-01-05T09:00:00.000Z\""));
  EXPECT_THAT(profiles(), Not(HasSubstr(kSecret)));
  EXPECT_EQ(terminal_.out, "");
}

TEST_F(ProfileTest, ProfileNewUsesTheProjectAsItsName) {
  server_.answer(200, kToken);
  environment_.variables["PTKL_SECRET"] = kSecret;
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci"}), 0);
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(terminal_.out, "acme\n");
}

TEST_F(ProfileTest, ProfileNewChangesNothingWhenTheServerRejectsTheLogin) {
  server_.answer(401, R"({"error": "invalid_client", "error_description": "no"})");
  terminal_.input = kSecret;
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci", "-p", "-"}), 4);
  EXPECT_EQ(profiles(), "");
}

TEST_F(ProfileTest, ProfileNewDoesNotReplaceAProfile) {
  make_profile();
  const std::string before = profiles();
  EXPECT_EQ(
      run({"profile", "new", "-n", "work", "-h", "localhost:1", "-P", "a", "-u", "b", "-p", "-"}),
      6);
  EXPECT_THAT(server_.requests, IsEmpty());
  EXPECT_EQ(profiles(), before);
}

TEST_F(ProfileTest, ProfileNewPromptsOnATerminal) {
  terminal_.input_is_terminal = true;
  terminal_.typed = kSecret;
  server_.answer(200, kToken);
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci", "-p"}), 0);
  EXPECT_THAT(terminal_.prompts, ElementsAre("secret: "));
  EXPECT_EQ(server_.requests[0].header("Authorization"),
            "Basic " + to_base64(as_bytes(std::string("ci:") + kSecret)));
}

TEST_F(ProfileTest, ProfileAuthLogsInAgain) {
  make_profile();
  clock_.advance(std::chrono::hours(2));
  server_.answer(200, R"({"access_token": "newer", "token_type": "Bearer", "expires_in": 60})");
  EXPECT_EQ(run({"profile", "auth", "-p", "-"}), 0);
  EXPECT_EQ(server_.requests[0].url, "https://id.example.org/projects/acme/oauth2/token");
  EXPECT_THAT(profiles(), HasSubstr("newer"));
  EXPECT_THAT(profiles(), HasSubstr("2026-01-05T10:01:00.000Z"));
}

TEST_F(ProfileTest, ProfileNewAndAuthSendNoMalformedSecret) {
  make_profile();
  const std::string before = profiles();
  environment_.variables["PTKL_SECRET"] = terminal_.input = terminal_.typed = "hunter2";
  const Arguments as_new = {"profile", "new", "-n", "b", "-h", "localhost:1", "-P", "a", "-u", "b"};
  for (const Arguments& command : {Arguments{"profile", "auth"}, as_new}) {
    for (const Arguments& source : {Arguments{}, {"-p", "-"}, {"-p", "hunter2"}, {"-p"}}) {
      SCOPED_TRACE(::testing::PrintToString(source));
      Arguments arguments = command;
      arguments.insert(arguments.end(), source.begin(), source.end());
      terminal_.input_is_terminal = source == Arguments{"-p"};
      EXPECT_EQ(run(arguments), 2);
    }
  }
  EXPECT_THAT(server_.requests, IsEmpty());
  EXPECT_EQ(profiles(), before);
}

constexpr const char* kJwt = "a.eyJleHAiOjE3Njc2MDM2MDB9.c";
constexpr const char* kOther = R"({"project": "acme", "kind": "api_user", "username": "aud"})";

TEST_F(ProfileTest, ProfileAuthStoresAnAcceptedTokenWithItsUsername) {
  make_profile();
  terminal_.input = std::string(kJwt) + '\n';
  server_.answer(200, kOther);
  EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 0) << terminal_.err;
  ASSERT_EQ(server_.requests.size(), 1U);
  EXPECT_EQ(server_.requests[0].url, "https://id.example.org/v1/projects/acme/whoami");
  EXPECT_EQ(bearer(), std::string("Bearer ") + kJwt);
  EXPECT_THAT(profiles(), HasSubstr(std::string("\"token\": \"") + kJwt + '"'));
  EXPECT_THAT(profiles(), HasSubstr("\"username\": \"aud\""));
  EXPECT_THAT(profiles(), HasSubstr("2026-01-05T09:00:00.000Z"));
  EXPECT_THAT(terminal_.err, HasSubstr("profile work is logged in as aud"));
}

TEST_F(ProfileTest, ProfileAuthAcceptsTheTokenBeforeTheCommandToo) {
  make_profile();
  terminal_.input = "other.access.token";
  server_.answer(200, kOther);
  EXPECT_EQ(run({"--token", "-", "profile", "auth"}), 0);
  EXPECT_THAT(profiles(), HasSubstr("other.access.token"));
}

TEST_F(ProfileTest, ProfileAuthReadsTheTokenFromTheEnvironment) {
  make_profile();
  environment_.variables["PTKL_TOKEN"] = "from.the.environment";
  terminal_.typed = "typed.access.token";
  for (const bool on_terminal : {false, true}) {
    SCOPED_TRACE(on_terminal);
    terminal_.input_is_terminal = on_terminal;
    server_.answer(200, kOther);
    EXPECT_EQ(run({"profile", "auth", "--token"}), 0) << terminal_.err;
    EXPECT_EQ(bearer(), "Bearer from.the.environment");
    EXPECT_THAT(profiles(), HasSubstr("from.the.environment"));
  }
  EXPECT_THAT(terminal_.prompts, IsEmpty());
}

TEST_F(ProfileTest, ProfileAuthPromptsForTheTokenOnATerminal) {
  make_profile();
  terminal_.input_is_terminal = true;
  terminal_.typed = "typed.access.token";
  server_.answer(200, kOther);
  EXPECT_EQ(run({"profile", "auth", "-t"}), 0) << terminal_.err;
  EXPECT_THAT(terminal_.prompts, ElementsAre("token: "));
  EXPECT_THAT(profiles(), HasSubstr("typed.access.token"));
}

TEST_F(ProfileTest, ProfileAuthExplainsHowToPassATokenWithoutATerminal) {
  make_profile();
  EXPECT_EQ(run({"profile", "auth", "-t"}), 2);
  EXPECT_THAT(terminal_.err,
              HasSubstr("set PTKL_TOKEN, or write it to standard input with `--token -`"));
}

struct RefusedToken {
  const char* what;
  int status;
  const char* body;
  int exit_code;
};

TEST_F(ProfileTest, ProfileAuthKeepsThePreviousLoginWhenTheServerRejectsTheToken) {
  const RefusedToken rows[] = {
      {"refused", 401, R"({"code": "unauthenticated", "detail": "no"})", 4},
      {"unavailable", 503, R"({"code": "unavailable", "detail": "no database"})", 8},
      {"a page of a proxy", 200, "<html>", 8},
      {"a login page", 401, "<html>", 8},
      {"another JSON", 200, R"({"status": "ok"})", 8},
      {"an empty name", 200, R"({"username": ""})", 8},
  };
  make_profile();
  const std::string before = profiles();
  terminal_.input = "other.access.token";
  for (const RefusedToken& row : rows) {
    SCOPED_TRACE(row.what);
    server_.answer(row.status, row.body);
    EXPECT_EQ(run({"profile", "auth", "-t", "-"}), row.exit_code);
    EXPECT_EQ(profiles(), before);
  }
  EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 8) << "no server";
  EXPECT_EQ(profiles(), before);
}

TEST_F(ProfileTest, ProfileAuthSendsNoSecretAsATokenAndDoesNotShowIt) {
  make_profile();
  const std::string before = profiles();
  terminal_.input = terminal_.typed = kSecret;
  EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 2);
  EXPECT_EQ(run({"profile", "auth", "-t", kSecret}), 2);
  for (const std::string& text : {std::string("x") + kSecret, std::string(" ") + kSecret,
                                  "a." + std::string(kSecret) + ".c", std::string("hunter2")}) {
    terminal_.input = text;
    EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 2) << text;
    EXPECT_EQ(run({"profile", "auth", "-t", text}), 2) << text;
  }
  EXPECT_THAT(terminal_.err, Not(HasSubstr("hunter2")));
  environment_.variables["PTKL_TOKEN"] = std::string("x") + kSecret;
  EXPECT_EQ(run({"profile", "auth", "-t"}), 2);
  environment_.variables["PTKL_TOKEN"] = "ptkl_cut";
  EXPECT_EQ(run({"profile", "auth", "-t"}), 2);
  environment_.variables.erase("PTKL_TOKEN");
  terminal_.input_is_terminal = true;
  EXPECT_EQ(run({"profile", "auth", "-t"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("expected a token, not a secret"));
  EXPECT_THAT(terminal_.err, HasSubstr("ptkl profile auth --password -"));
  EXPECT_THAT(terminal_.err, Not(HasSubstr("05McJmDgrvc")));
  EXPECT_THAT(server_.requests, IsEmpty());
  EXPECT_EQ(profiles(), before);
}

TEST_F(ProfileTest, ProfileAuthRejectsTwoSourcesAndMalformedTokens) {
  make_profile();
  const std::string before = profiles();
  EXPECT_EQ(run({"profile", "auth", "-t", "-", "-p", "-"}), 2);
  terminal_.input = "two words";
  EXPECT_EQ(run({"profile", "auth", "-t", "-"}), 2);
  EXPECT_THAT(server_.requests, IsEmpty());
  EXPECT_EQ(profiles(), before);
}

struct ChangedMeanwhile {
  const char* what;
  Arguments arguments;
  std::string input;
  const char* answer;
  const char* host;
  const char* project;
};

TEST_F(ProfileTest, ProfileAuthStoresNoTokenForAnotherServerOrProject) {
  const ChangedMeanwhile rows[] = {
      {"token, host", {"profile", "auth", "-t", "-"}, kJwt, kOther, "other.example.org", "acme"},
      {"token, project", {"profile", "auth", "-t", "-"}, kJwt, kOther, "id.example.org", "beta"},
      {"secret, host",
       {"profile", "auth", "-p", "-"},
       kSecret,
       kToken,
       "other.example.org",
       "acme"},
      {"secret, project",
       {"profile", "auth", "-p", "-"},
       kSecret,
       kToken,
       "id.example.org",
       "beta"},
  };
  for (const ChangedMeanwhile& row : rows) {
    SCOPED_TRACE(row.what);
    make_profile();
    std::string changed = profiles();
    const auto replace = [&](const std::string& old, const std::string& now) {
      changed.replace(changed.find(old), old.size(), now);
    };
    replace("id.example.org", row.host);
    replace("\"acme\"", '"' + std::string(row.project) + '"');
    replace("fresh-token", "token-of-the-other");
    terminal_.input = row.input;
    server_.answer(200, row.answer);
    server_.before_response = [&] {
      ptkl::testing::write_file(config_folder() + "/profiles.json", changed);
    };
    EXPECT_EQ(run(row.arguments), 6);
    server_.before_response = nullptr;
    EXPECT_EQ(profiles(), changed);
    EXPECT_THAT(terminal_.err, HasSubstr(std::string("profile work was changed to https://") +
                                         row.host + ", project " + row.project));
    EXPECT_EQ(run({"profile", "delete", "work"}), 0);
  }
}

TEST_F(ProfileTest, ProfileListAndInspectShowEverythingExceptTheToken) {
  make_profile("one");
  make_profile("two");
  EXPECT_EQ(run({"profile", "list"}), 0);
  EXPECT_EQ(run({"profile", "list", "-f", "json"}), 0);
  EXPECT_EQ(run({"profile", "inspect", "one"}), 0);
  EXPECT_EQ(run({"profile", "inspect", "two", "-f", "json"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("https://id.example.org"));
  EXPECT_THAT(terminal_.out, HasSubstr("\"active\": true"));
  EXPECT_THAT(terminal_.out, Not(HasSubstr("fresh-token")));
}

TEST_F(ProfileTest, ProfileUseAndDeleteChangeTheActiveProfile) {
  make_profile("one");
  make_profile("two");
  EXPECT_EQ(run({"profile", "use", "one"}), 0);
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(terminal_.out, "one\n");
  EXPECT_EQ(run({"profile", "delete", "one"}), 0);
  EXPECT_EQ(run({"profile"}), 4);
  EXPECT_EQ(run({"profile", "use", "two"}), 0);
}

TEST_F(ProfileTest, ProfileCommandsNameAnUnknownProfile) {
  for (const char* command : {"use", "inspect", "delete"}) {
    SCOPED_TRACE(command);
    EXPECT_EQ(run({"profile", command, "nothing"}), 3);
  }
}

TEST_F(ProfileTest, EveryCommandReportsAProfileFileThatIsADirectory) {
  const std::string file = config_folder() + "/profiles.json";
  std::filesystem::create_directories(file);
  const Arguments rows[] = {
      {"whoami"},
      {"profile"},
      {"profile", "list"},
      {"profile", "use", "a"},
      {"profile", "inspect", "a"},
      {"profile", "delete", "a"},
      {"profile", "auth", "-p", "-"},
      {"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "ci", "-p", "-"},
  };
  for (const Arguments& row : rows) {
    SCOPED_TRACE(::testing::PrintToString(row));
    terminal_.err.clear();
    EXPECT_EQ(run(row), 1);
    EXPECT_THAT(terminal_.err, HasSubstr(file + " is a directory; remove it"));
  }
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(ProfileTest, ReportsAndKeepsAnInvalidProfileFile) {
  make_profile();
  ptkl::testing::write_file(config_folder() + "/profiles.json", "{");
  EXPECT_EQ(run({"whoami"}), 1);
  EXPECT_EQ(run({"profile", "use", "work"}), 1);
  EXPECT_THAT(terminal_.err, HasSubstr("profiles.json"));
  EXPECT_EQ(profiles(), "{");
}

}  // namespace
}  // namespace ptkl::cli
