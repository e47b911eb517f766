// How the client finds the uuids of names on the command line.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using testing::kApiUser;
using testing::kId;
using testing::kRoleBody;
using testing::list_of;

constexpr const char* kUnknownParameter =
    R"({"code": "invalid_argument", "detail": "bad request",
  "errors": [{"field": "username", "message": "is not a parameter of this request"}]})";

class NameLookupTest : public testing::CommandTest {
 protected:
  int get(const std::string& username) { return run({"api-users", "get", "-q", "-u", username}); }
};

TEST_F(NameLookupTest, RequestsExactlyThatName) {
  server_.answer(200, list_of(kApiUser));
  server_.answer(200, kApiUser);
  EXPECT_EQ(get("ci-bot"), 0);
  EXPECT_EQ(sent(0), "GET /api-users?limit=1000&username=ci-bot");
  EXPECT_EQ(sent(1), std::string("GET /api-users/") + kId);
}

TEST_F(NameLookupTest, EncodesTheName) {
  server_.answer(200, list_of(kRoleBody));
  EXPECT_EQ(run({"role", "get", "-u", "Release Manager"}), 3);
  EXPECT_EQ(sent(0), "GET /roles?limit=1000&name=Release%20Manager");
}

TEST_F(NameLookupTest, FetchesAllPagesOfAServerThatIgnoresTheFilter) {
  server_.answer(200, R"({"items": [{"uuid": "a", "username": "a"}], "next_cursor": "x"})");
  server_.answer(200, list_of(kApiUser));
  server_.answer(200, kApiUser);
  EXPECT_EQ(get("ci-bot"), 0);
  EXPECT_EQ(sent(1), "GET /api-users?limit=1000&username=ci-bot&cursor=x");
  EXPECT_EQ(sent(2), std::string("GET /api-users/") + kId);
}

TEST_F(NameLookupTest, ListsAllOnAServerThatRejectsTheFilter) {
  server_.answer(400, kUnknownParameter);
  server_.answer(200, list_of(kApiUser));
  server_.answer(200, kApiUser);
  EXPECT_EQ(get("ci-bot"), 0);
  EXPECT_EQ(sent(1), "GET /api-users?limit=1000");
}

TEST_F(NameLookupTest, DoesNotAcceptAnotherName) {
  server_.answer(200, list_of(kApiUser));
  EXPECT_EQ(get("cd-bot"), 3);
  EXPECT_THAT(terminal_.err, HasSubstr("API user cd-bot does not exist"));
}

TEST_F(NameLookupTest, FindsSeveralRolesWithOneList) {
  server_.answer(200, list_of(kRoleBody));
  EXPECT_EQ(run({"api-users", "create", "-u", "a", "-r", "deployer", "reader"}), 3);
  EXPECT_EQ(sent(0), "GET /roles?limit=1000");
  EXPECT_EQ(server_.requests.size(), 1U);
}

}  // namespace
}  // namespace ptkl::cli
