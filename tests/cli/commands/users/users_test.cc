// `ptkl users …`, and how users log in.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"
#include "cli/login_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::AllOf;
using testing::Arguments;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kBase;
using testing::kId;
using testing::kRole;
using testing::kToken;
using testing::list_of;
using ::testing::Not;

constexpr const char* kLink = "https://id.example.org/invitations/accept#ptkli_x";

std::string user_with(const std::string& more) {
  return R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ab", "email": "ada@example.com",
    "status": "invited", "roles": [{"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa",
    "name": "deployer"}], "created_at": "2026-01-05T07:00:00.000Z",
    "updated_at": "2026-01-05T07:00:00.000Z", "invitation_expires_at": "2026-01-12T07:00:00.000Z",
    "last_sign_in_at": null, "last_sign_in_from": null)" +
         more + "}";
}

class UsersTest : public testing::CommandTest {};

TEST_F(UsersTest, RejectsInvalidValuesBeforeSending) {
  for (const Arguments& arguments : {Arguments{"users", "invite", "-r", "deployer"},
                                     {"users", "invite", "-e", "ada"},
                                     {"users", "invite", "-e", "ada@example.com\r\nx"},
                                     {"users", "invite", "-e", "ada@example.com", "-r", "x/y"},
                                     {"users", "get", "-u", "ada"},
                                     {"users", "delete"},
                                     {"users", "delete", "-u", "ada"}}) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    EXPECT_EQ(run(arguments), 2);
    EXPECT_THAT(server_.requests, IsEmpty());
  }
}

TEST_F(UsersTest, InviteSendsTheUuidsOfTheRoles) {
  server_.answer(200, list_of(std::string(R"({"name": "deployer", "uuid": ")") + kRole + "\"}"));
  server_.answer(201, user_with(R"(, "delivery": "email")"));
  EXPECT_EQ(run({"users", "invite", "-e", "Ada@Example.com", "-r", "deployer"}), 0);
  EXPECT_EQ(sent(1), "POST /users/invitations");
  EXPECT_EQ(server_.requests.back().body,
            std::string(R"({"email":"ada@example.com","roles":[")") + kRole + "\"]}");
  EXPECT_THAT(terminal_.err, HasSubstr("was sent to ada@example.com"));
  EXPECT_THAT(terminal_.out, AllOf(HasSubstr("deployer"), HasSubstr("2026-01-12T07:00:00.000Z")));
}

TEST_F(UsersTest, InvitePrintsTheLinkToStdoutOnly) {
  const std::string link = std::string(R"(, "delivery": "link", "link": ")") + kLink + '"';
  server_.answer(201, user_with(link));
  EXPECT_EQ(run({"users", "invite", "-e", "ada@example.com"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr(kLink));
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("send the link to ada@example.com yourself"),
                                   Not(HasSubstr("ptkli_"))));
  terminal_.out.clear();
  server_.answer(201, user_with(link));
  EXPECT_EQ(run({"users", "invite", "-e", "ada@example.com", "-q"}), 0);
  EXPECT_EQ(terminal_.out, std::string(kLink) + '\n');
}

TEST_F(UsersTest, InviteSaysHowToSendAFailedEmailAgain) {
  server_.answer(201, user_with(R"(, "delivery": "failed")"));
  EXPECT_EQ(run({"users", "invite", "-e", "ada@example.com", "-q"}), 0);
  EXPECT_EQ(terminal_.out, std::string(kId) + '\n');
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("could not be sent\n"), HasSubstr("run the same")));
}

TEST_F(UsersTest, InviteSaysWhatToDoWhenTheLinkCannotBePrinted) {
  server_.answer(201, user_with(R"(, "delivery": "link", "link": "x")"));
  terminal_.write_error = Error{ErrorCode::internal, "no space"};
  EXPECT_EQ(run({"users", "invite", "-e", "ada@example.com"}), 1);
  EXPECT_THAT(terminal_.err, HasSubstr("the link is lost"));
}

TEST_F(UsersTest, GetAndDeleteLookUpAnEmail) {
  for (const std::string command : {"get", "delete"}) {
    server_.requests.clear();
    server_.answer(200, list_of(user_with("")));
    server_.answer(command == "get" ? 200 : 204, command == "get" ? user_with("") : "");
    EXPECT_EQ(run({"users", command, "-u", "ADA@example.com"}), 0) << terminal_.err;
    EXPECT_EQ(sent(0), "GET /users?limit=1000&email=ada%40example.com");
    EXPECT_EQ(sent(1), (command == "get" ? "GET /users/" : "DELETE /users/") + std::string(kId));
  }
  EXPECT_EQ(run({"users", "get", "-u", kId}), 8);
  EXPECT_EQ(sent(2), std::string("GET /users/") + kId);
}

TEST_F(UsersTest, NamesAnEmailThatDoesNotExist) {
  server_.answer(200, list_of(user_with("")));
  EXPECT_EQ(run({"users", "delete", "-u", "eve@example.com"}), 3);
  EXPECT_THAT(terminal_.err, HasSubstr("eve@example.com"));
}

TEST_F(UsersTest, ListPrintsUsers) {
  server_.answer(200, list_of(user_with("")));
  EXPECT_EQ(run({"users", "list"}), 0);
  EXPECT_THAT(terminal_.out, AllOf(HasSubstr("EMAIL"), HasSubstr("ada@example.com"),
                                   HasSubstr("invited"), HasSubstr("deployer")));
}

class UserLoginTest : public testing::LoginTest {
 protected:
  void log_in() {
    server_.answer(201, kToken);
    terminal_.input = "correct horse \"battery\"\n";
    ASSERT_EQ(run({"profile", "new", "-n", "me", "-h", "https://id.example.org", "-P", "acme", "-u",
                   "Ada@Example.com", "-p", "-"}),
              0)
        << terminal_.err;
  }
};

TEST_F(UserLoginTest, SendsEmailAndPassword) {
  log_in();
  const auto& request = server_.requests.back();
  EXPECT_EQ(request.url, std::string(kBase) + "/sessions");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.body, R"({"email":"ada@example.com","password":"correct horse \"battery\""})");
  EXPECT_THAT(profiles(), AllOf(HasSubstr("fresh-token"), Not(HasSubstr("horse"))));
}

TEST_F(UserLoginTest, PromptsForAPassword) {
  terminal_.input_is_terminal = true;
  terminal_.typed = "correct horse battery";
  server_.answer(201, kToken);
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "a@b.example"}), 0);
  EXPECT_THAT(terminal_.prompts, ElementsAre(HasSubstr("assword")));
}

TEST_F(UserLoginTest, FailsWithAHint) {
  environment_.variables["PTKL_SECRET"] = "wrong password";
  server_.answer(401, R"({"code": "unauthenticated", "detail": "wrong email or password"})");
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "a@b.example"}), 4);
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("hint: "), Not(HasSubstr("wrong password"))));
}

TEST_F(UserLoginTest, SaysWhenToRetry) {
  environment_.variables["PTKL_SECRET"] = "wrong password";
  server_.answer(429, R"({"code": "rate_limited", "detail": "too many attempts"})",
                 {{"Retry-After", "30"}});
  EXPECT_EQ(run({"profile", "new", "-h", "localhost:1", "-P", "acme", "-u", "a@b.example"}), 7);
  EXPECT_THAT(terminal_.err, HasSubstr("30 s"));
}

TEST_F(UserLoginTest, WorksWithProfileAuth) {
  log_in();
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(run({"whoami"}), 4);
  EXPECT_THAT(terminal_.err, HasSubstr("run `ptkl profile auth --profile me`"));
  server_.answer(201, kToken);
  EXPECT_EQ(run({"profile", "auth", "-p", "-"}), 0) << terminal_.err;
  EXPECT_EQ(server_.requests.back().url, std::string(kBase) + "/sessions");
}

TEST_F(UserLoginTest, WorksWithoutAProfile) {
  environment_.variables.insert({{"PTKL_HOST", "https://id.example.org"},
                                 {"PTKL_PROJECT", "acme"},
                                 {"PTKL_USERNAME", "ada@example.com"},
                                 {"PTKL_SECRET", "correct horse battery"}});
  server_.answer(201, kToken);
  server_.answer(200, R"({"project": "acme", "kind": "user", "username": "ada@example.com"})");
  EXPECT_EQ(run({"whoami"}), 0) << terminal_.err;
  EXPECT_EQ(bearer(), "Bearer fresh-token");
  EXPECT_THAT(terminal_.out, AllOf(HasSubstr("user"), HasSubstr("ada@example.com")));
}

TEST_F(UserLoginTest, IsNotPossibleForAToken) {
  environment_.variables["PTKL_SECRET"] = "correct horse battery";
  EXPECT_EQ(run({"api-users", "get-auth-token", "-u", "ada@example.com", "--host", "localhost:1",
                 "--project", "acme"}),
            2);
  EXPECT_THAT(terminal_.err, HasSubstr("ptkl profile new"));
  EXPECT_THAT(server_.requests, IsEmpty());
}

}  // namespace
}  // namespace ptkl::cli
