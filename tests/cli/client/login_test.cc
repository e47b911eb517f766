// The sources of a login: options, environment, profiles.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "cli/login_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kSecret;
using testing::kToken;
using testing::LoginTest;
using ::testing::Not;

constexpr const char* kCaller = R"({"username": "ci-bot"})";

TEST_F(LoginTest, IsMissingWithoutAnySource) {
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal_.err, HasSubstr("ptkl profile new"));
  EXPECT_EQ(run({"profile"}), 4);
  EXPECT_EQ(run({"profile", "auth", "-p", "-"}), 4);
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, RequiresAHostAndAProject) {
  environment_.variables["PTKL_TOKEN"] = "t";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("PTKL_HOST"));
  environment_.variables["PTKL_HOST"] = "https://id.example.org";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("PTKL_PROJECT"));
}

TEST_F(LoginTest, RequiresAUserForTheSecret) {
  set_token();
  environment_.variables.erase("PTKL_TOKEN");
  environment_.variables["PTKL_SECRET"] = "s";
  EXPECT_EQ(run({"whoami"}), 4) << "no profile names the user";
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, SendsNoSecretForAnInvalidName) {
  set_token();
  environment_.variables["PTKL_TOKEN"] = "";
  environment_.variables["PTKL_USERNAME"] = "a@";
  environment_.variables["PTKL_SECRET"] = "s";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, ComesFromTheEnvironmentAloneInACiJob) {
  set_token();
  environment_.variables.erase("PTKL_TOKEN");
  environment_.variables["PTKL_USERNAME"] = "ci-bot";
  environment_.variables["PTKL_SECRET"] = kSecret;
  // Neither an invalid file nor a missing home may prevent it.
  environment_.variables["PTKL_CONFIG_DIR"] = "/proc/nowhere";
  server_.answer(200, kToken);
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0) << terminal_.err;
  ASSERT_EQ(server_.requests.size(), 2U);
  EXPECT_EQ(server_.requests[0].url, "https://id.example.org/projects/acme/oauth2/token");
  EXPECT_EQ(server_.requests[0].body, "grant_type=client_credentials");
  EXPECT_EQ(server_.requests[0].header("Authorization"),
            "Basic " + to_base64(as_bytes(std::string("ci-bot:") + kSecret)));
  EXPECT_EQ(bearer(), "Bearer fresh-token");
}

TEST_F(LoginTest, PrefersTheOptionToTheEnvironmentAndThatToTheProfile) {
  make_profile();
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_EQ(bearer(), "Bearer fresh-token");
  environment_.variables["PTKL_TOKEN"] = "from.the.environment";
  environment_.variables["PTKL_HOST"] = "https://two.example.org";
  environment_.variables["PTKL_PROJECT"] = "two";
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_EQ(bearer(), "Bearer from.the.environment");
  EXPECT_EQ(server_.requests.back().url, "https://two.example.org/v1/projects/two/whoami");
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"whoami", "--token", "from.the.flag", "--host", "https://three.example.org",
                 "--project", "three"}),
            0);
  EXPECT_EQ(bearer(), "Bearer from.the.flag");
  EXPECT_EQ(server_.requests.back().url, "https://three.example.org/v1/projects/three/whoami");
}

TEST_F(LoginTest, NeverSendsAProfilesTokenElsewhereOrForAnotherUser) {
  make_profile();
  EXPECT_EQ(run({"--host", "https://evil.example.org", "whoami"}), 4);
  EXPECT_EQ(run({"--project", "other", "whoami"}), 4);
  environment_.variables["PTKL_USERNAME"] = "someone-else";
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, NamesTheCommandToRunWhenItHasExpired) {
  make_profile();
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal_.err, HasSubstr("ptkl profile auth --profile work"));
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, NamesTheCommandToRunWhenTheServerRejectsIt) {
  make_profile();
  server_.answer(401, R"({"code": "unauthenticated", "detail": "the token is not valid"})");
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal_.err, HasSubstr("ptkl profile auth --profile work"));
}

TEST_F(LoginTest, UsesTheRequestedProfile) {
  make_profile("one");
  make_profile("two");
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(run({"profile", "--profile", "one"}), 0);
  environment_.variables["PTKL_PROFILE"] = "one";
  EXPECT_EQ(run({"profile"}), 0);
  EXPECT_EQ(run({"--profile", "two", "profile"}), 0);
  EXPECT_EQ(terminal_.out, "two\none\none\ntwo\n");
  EXPECT_EQ(run({"--profile", "three", "whoami"}), 3);
}

TEST_F(LoginTest, PrintsRequestsWithoutSecretsWithVerbose) {
  set_token();
  environment_.variables["PTKL_TOKEN"] = "";
  environment_.variables["PTKL_USERNAME"] = "ci-bot";
  environment_.variables["PTKL_SECRET"] = kSecret;
  server_.answer(200, kToken);
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"--verbose", "whoami"}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("POST https://id.example.org/projects/acme/oauth2/token"));
  EXPECT_THAT(terminal_.err, Not(HasSubstr(kSecret)));
  EXPECT_THAT(terminal_.err, Not(HasSubstr("fresh-token")));
  EXPECT_THAT(terminal_.err, Not(HasSubstr(to_base64(as_bytes(std::string("ci-bot:") + kSecret)))));
}

TEST_F(LoginTest, SendsNoMalformedSecretOfTheEnvironment) {
  set_token();
  environment_.variables["PTKL_TOKEN"] = "";
  environment_.variables["PTKL_USERNAME"] = "ci-bot";
  for (const std::string& malformed :
       {std::string("hunter2"), kSecret + std::string("\n"), '"' + std::string(kSecret) + '"'}) {
    terminal_.err.clear();
    environment_.variables["PTKL_SECRET"] = malformed;
    EXPECT_EQ(run({"whoami"}), 2);
    EXPECT_THAT(terminal_.err, HasSubstr("PTKL_SECRET: the secret "));
    EXPECT_THAT(terminal_.err, Not(HasSubstr(malformed)));
  }
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, SendsNoSecretAsAToken) {
  set_token();
  environment_.variables["PTKL_TOKEN"] = kSecret;
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("PTKL_TOKEN: expected a token, not a secret"));
  EXPECT_EQ(run({"whoami", "--token", kSecret}), 2);
  terminal_.input = kSecret;
  EXPECT_EQ(run({"whoami", "--token", "-"}), 2);
  environment_.variables["PTKL_TOKEN"] = std::string("x") + kSecret;
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("PTKL_TOKEN: expected a token, but this contains a secret"));
  environment_.variables["PTKL_TOKEN"] = "hunter2";
  EXPECT_EQ(run({"whoami"}), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("PTKL_TOKEN: the token is not a JWT"));
  EXPECT_THAT(terminal_.err, Not(HasSubstr("hunter2")));
  EXPECT_THAT(terminal_.err, HasSubstr("standard input: expected a token"));
  EXPECT_THAT(terminal_.err, HasSubstr("hint: log in with a secret: set PTKL_SECRET"));
  EXPECT_THAT(terminal_.err, Not(HasSubstr(kSecret)));
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(LoginTest, UsesTheVariableForAnOptionWithoutValueWithoutATerminal) {
  set_token();
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"whoami", "--token"}), 0) << terminal_.err;
  EXPECT_EQ(bearer(), "Bearer given.access.token");
}

TEST_F(LoginTest, AppliesTheTimeout) {
  set_token();
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"--timeout", "5s", "whoami"}), 0);
  EXPECT_EQ(server_.options.timeout, std::chrono::seconds(5));
}

TEST_F(LoginTest, WarnsAboutPlainHttpAcrossANetwork) {
  set_token();
  environment_.variables["PTKL_HOST"] = "http://id.example.org";
  server_.answer(200, kCaller);
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("warning"));
}

}  // namespace
}  // namespace ptkl::cli
