// `ptkl api-users …`: what each command sends and prints.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using testing::kApiUser;
using testing::kCreatedSecret;
using testing::kId;
using testing::kRole;
using testing::kRoleBody;
using testing::list_of;
using ::testing::Not;

class ApiUsersTest : public testing::CommandTest {};

TEST_F(ApiUsersTest, ListFetchesAllPages) {
  server_.answer(200, R"({"items": [{"uuid": "a"}], "next_cursor": "x+/="})");
  server_.answer(200, R"({"items": [{"uuid": "b"}], "next_cursor": null})");
  EXPECT_EQ(run({"api-users", "list", "-q"}), 0);
  EXPECT_EQ(sent(0), "GET /api-users?limit=1000");
  EXPECT_EQ(sent(1), "GET /api-users?limit=1000&cursor=x%2B%2F%3D");
  EXPECT_EQ(terminal_.out, "a\nb\n");
}

TEST_F(ApiUsersTest, ListFailsWhenTheCursorDoesNotAdvance) {
  for (int i = 0; i < 3; ++i) server_.answer(200, R"({"items": [], "next_cursor": "x"})");
  EXPECT_EQ(run({"api-users", "list"}), 1);
  EXPECT_EQ(terminal_.out, "");
}

TEST_F(ApiUsersTest, ListPrintsAnArrayWithEveryMember) {
  server_.answer(200, list_of(kApiUser));
  EXPECT_EQ(run({"api-users", "list", "-f", "json"}), 0);
  EXPECT_THAT(terminal_.out, ::testing::StartsWith("[\n"));
  EXPECT_THAT(terminal_.out, HasSubstr("\"from_the_future\": 1"));
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(ApiUsersTest, GetUsesAUuidWithoutLookup) {
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 0);
  EXPECT_EQ(sent(0), std::string("GET /api-users/") + kId);
  EXPECT_EQ(server_.requests[0].header("Authorization"), "Bearer given.access.token");
  EXPECT_THAT(terminal_.out, HasSubstr("username        ci-bot\n"));
}

TEST_F(ApiUsersTest, GetLooksUpAUsername) {
  server_.answer(200, list_of(kApiUser));
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "get", "-u", "ci-bot", "-f", "json"}), 0);
  EXPECT_EQ(sent(1), std::string("GET /api-users/") + kId);
  EXPECT_THAT(terminal_.out, ::testing::StartsWith("{\n"));
}

TEST_F(ApiUsersTest, NamesAnUnknownApiUserOrRole) {
  server_.answer(200, list_of(kApiUser));
  EXPECT_EQ(run({"api-users", "get", "-u", "unknown"}), 3);
  EXPECT_THAT(terminal_.err, HasSubstr("unknown"));
  server_.answer(200, list_of(kRoleBody));
  EXPECT_EQ(run({"api-users", "create", "-u", "a", "-r", "deployer", "tester", "reader"}), 3);
  EXPECT_THAT(terminal_.err, HasSubstr("tester, reader"));
}

TEST_F(ApiUsersTest, CreateSendsUuidsOfRoles) {
  server_.answer(200, list_of(kRoleBody));
  server_.answer(201, kApiUser);
  EXPECT_EQ(run({"api-users", "create", "-u", "ci-bot", "-d", "builds", "-r", "deployer", "-q"}),
            0);
  EXPECT_EQ(sent(0), "GET /roles?limit=1000&name=deployer");
  EXPECT_EQ(sent(1), "POST /api-users");
  EXPECT_THAT(server_.requests[1].body, HasSubstr(kRole));
  EXPECT_THAT(server_.requests[1].body, HasSubstr("\"builds\""));
  EXPECT_EQ(server_.requests[1].header("Content-Type"), "application/json");
  EXPECT_EQ(terminal_.out, std::string(kId) + "\n");
}

TEST_F(ApiUsersTest, EditReplacesOrRemovesRoles) {
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "edit", "-u", kId, "-r", kRole}), 0);
  EXPECT_EQ(sent(0), std::string("PATCH /api-users/") + kId);
  EXPECT_EQ(server_.requests[0].body, std::string(R"({"roles":[")") + kRole + R"("]})");
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "edit", "-u", kId, "--roles", ""}), 0);
  EXPECT_EQ(server_.requests[1].body, R"({"roles":[]})");
}

TEST_F(ApiUsersTest, EnableAndDisableSendTheStatus) {
  server_.answer(200, kApiUser);
  server_.answer(200, kApiUser);
  EXPECT_EQ(run({"api-users", "disable", "-u", kId}), 0);
  EXPECT_EQ(run({"api-users", "enable", "-u", kId}), 0);
  EXPECT_EQ(server_.requests[0].body, R"({"status":"disabled"})");
  EXPECT_EQ(server_.requests[1].body, R"({"status":"active"})");
}

TEST_F(ApiUsersTest, DeletePrintsWhatWasDeleted) {
  server_.answer(204, "");
  EXPECT_EQ(run({"api-users", "delete", "-u", kId, "-f", "json"}), 0);
  EXPECT_EQ(sent(0), std::string("DELETE /api-users/") + kId);
  EXPECT_THAT(terminal_.out, HasSubstr("\"deleted\": true"));
}

TEST_F(ApiUsersTest, SecretsListsWithoutPages) {
  server_.answer(200, list_of(R"({"id": "0123456789a", "hint": "wxyz", "status": "current"})"));
  EXPECT_EQ(run({"api-users", "secrets", "-u", kId}), 0);
  EXPECT_EQ(sent(0), std::string("GET /api-users/") + kId + "/secrets");
  EXPECT_THAT(terminal_.out, HasSubstr("0123456789a  wxyz       current"));
}

TEST_F(ApiUsersTest, NewSecretPrintsTheSecretToStdoutOnly) {
  server_.answer(201, kCreatedSecret);
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId, "--overlap", "24h", "--expires", "90d",
                 "--label", "x", "-q"}),
            0);
  EXPECT_EQ(sent(0), std::string("POST /api-users/") + kId + "/secrets");
  EXPECT_THAT(server_.requests[0].body, HasSubstr("86400"));
  EXPECT_THAT(server_.requests[0].body, HasSubstr("7776000"));
  EXPECT_EQ(terminal_.out, "the-secret\n");
  EXPECT_THAT(terminal_.err, Not(HasSubstr("the-secret")));
  EXPECT_THAT(terminal_.err, HasSubstr("b0123456789"));
}

TEST_F(ApiUsersTest, UntilIdleRequiresOverlap) {
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId, "--until-idle", "30m"}), 2);
  EXPECT_TRUE(server_.requests.empty());
  server_.answer(201, R"({"secret": "the-secret", "secret_id": "a0123456789", "replaced":
    [{"secret_id": "b0123456789", "works_until": "2026-01-06T07:00:00.000Z",
      "until_idle_seconds": 1800}]})");
  EXPECT_EQ(
      run({"api-users", "new-secret", "-u", kId, "--overlap", "24h", "--until-idle", "30m", "-q"}),
      0);
  EXPECT_EQ(server_.requests.back().body, R"({"overlap_seconds":86400,"until_idle_seconds":1800})");
  EXPECT_THAT(terminal_.err,
              HasSubstr("2026-01-06T07:00:00.000Z, or until it is not used for 30m after its last "
                        "token expires"));
}

TEST_F(ApiUsersTest, NewSecretSaysWhatToDoWhenItCannotBePrinted) {
  server_.answer(201, kCreatedSecret);
  terminal_.write_error = Error{ErrorCode::internal, "no space left"};
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId}), 1);
  EXPECT_THAT(terminal_.err, HasSubstr("revoke-secret"));
}

TEST_F(ApiUsersTest, RevokeSecretRevokesAllOrOne) {
  const std::string answer = R"({"revoked": [{"id": "0123456789a", "status": "revoked"}]})";
  server_.answer(200, answer);
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId, "-q"}), 0);
  EXPECT_EQ(sent(0), std::string("DELETE /api-users/") + kId + "/secrets");
  EXPECT_EQ(terminal_.out, "0123456789a\n");
  server_.answer(200, answer);
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId, "--secret", "0123456789a"}), 0);
  EXPECT_EQ(sent(1), std::string("DELETE /api-users/") + kId + "/secrets/0123456789a");
}

TEST_F(ApiUsersTest, RevokeSecretShowsTheLastUses) {
  server_.answer(200, R"({"revoked": [
    {"id": "0123456789a", "last_used_at": null, "last_used_from": null,
     "last_token_expires_at": null},
    {"id": "b0123456789", "last_used_at": "2126-01-06T07:00:00.000Z",
     "last_used_from": "192.0.2.7", "last_token_expires_at": "2126-01-06T08:00:00.000Z"}]})");
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("never"));
  EXPECT_THAT(terminal_.out, HasSubstr("192.0.2.7"));
  EXPECT_THAT(terminal_.out, HasSubstr("2126-01-06T08:00:00.000Z"));
  EXPECT_THAT(terminal_.err, HasSubstr("2126-01-06T08:00:00.000Z"));
}

TEST_F(ApiUsersTest, RevokeSecretDoesNotMentionExpiredTokens) {
  server_.answer(200, R"({"revoked": [{"id": "0123456789a",
    "last_token_expires_at": "1999-01-06T08:00:00.000Z"}]})");
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId}), 0);
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(ApiUsersTest, RevokeSecretSaysWhenNoSecretIsActive) {
  server_.answer(200, R"({"revoked": []})");
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId, "-f", "json"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("\"revoked\": []"));
  EXPECT_NE(terminal_.err, "");
}

}  // namespace
}  // namespace ptkl::cli
