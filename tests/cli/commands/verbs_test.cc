// What each verb sends and prints.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/verb_fixture.h"
#include "support/unlisted_folder.h"

namespace ptkl::cli {
namespace {

using testing::Arguments;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kId;
using testing::kRole;
using testing::list_of;
using ::testing::Not;

constexpr const char* kUser = R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ab",
  "username": "ci-bot", "description": "", "status": "active",
  "roles": [{"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa", "name": "deployer"}], "secrets": [],
  "created_at": "2026-01-05T07:00:00.000Z", "updated_at": "2026-01-05T07:00:00.000Z",
  "last_used_at": null, "from_the_future": 1})";
constexpr const char* kVerbRoleBody = R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa",
  "name": "deployer", "permissions": ["a.read"], "workspaces": [], "level": 20})";

class VerbsTest : public testing::VerbTest {};

struct WrongValue {
  const char* what;
  Arguments arguments;
};

TEST_F(VerbsTest, RefuseWrongValuesBeforeAnythingIsSent) {
  const WrongValue rows[] = {
      {"an email for a username", {"api-users", "create", "-u", "a@example.org"}},
      {"capitals in a username", {"api-users", "create", "-u", "CI"}},
      {"a uuid for a username", {"api-users", "create", "-u", kId}},
      {"a description over two lines", {"api-users", "create", "-u", "a", "-d", "x\ny"}},
      {"an email to look up", {"api-users", "get", "-u", "a@example.org"}},
      {"a role that can be none", {"api-users", "create", "-u", "a", "-r", "x/y"}},
      {"a label with control characters",
       {"api-users", "new-secret", "-u", kId, "--label", "\x1b"}},
      {"a secret that ends at once", {"api-users", "new-secret", "-u", kId, "--expires", "0s"}},
      {"a malformed secret id", {"api-users", "revoke-secret", "-u", kId, "--secret", "x"}},
      {"a malformed role name", {"role", "create", "-n", "a/b"}},
      {"a malformed permission", {"role", "create", "-n", "a", "-p", "A.B"}},
      {"a malformed workspace", {"role", "create", "-n", "a", "-w", "a/b"}},
      {"a level too high", {"role", "create", "-n", "a", "-l", "101"}},
      {"a level below zero", {"role", "create", "-n", "a", "-l", "-1"}},
      {"a malformed project", {"--project", "Acme Inc", "whoami"}},
      {"a malformed host", {"--host", "ftp://h", "whoami"}},
      {"a token with a newline", {"--token", "a\r\nX: y", "whoami"}},
      {"an algorithm in lower case", {"keys", "rotate", "-a", "es256"}},
      {"an algorithm that is none", {"keys", "rotate", "-a", "none"}},
      {"now and compromised", {"keys", "rotate", "--now", "--compromised"}},
      {"an unknown shell", {"completion", "tcsh"}},
  };
  for (const WrongValue& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(run(row.arguments), 2);
    EXPECT_THAT(server_.requests, IsEmpty());
    EXPECT_EQ(terminal_.out, "");
  }
}

TEST_F(VerbsTest, OpenTheOutputBeforeAnythingIsSent) {
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId, "-o", path("missing/secret")}), 1);
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(VerbsTest, ListFollowsTheCursorThroughAllPages) {
  server_.answer(200, R"({"items": [{"uuid": "a"}], "next_cursor": "x+/="})");
  server_.answer(200, R"({"items": [{"uuid": "b"}], "next_cursor": null})");
  EXPECT_EQ(run({"api-users", "list", "-q"}), 0);
  EXPECT_EQ(sent(0), "GET /api-users?limit=1000");
  EXPECT_EQ(sent(1), "GET /api-users?limit=1000&cursor=x%2B%2F%3D");
  EXPECT_EQ(terminal_.out, "a\nb\n");
}

TEST_F(VerbsTest, ListEndsWhenTheServerDoesNotMoveOn) {
  for (int i = 0; i < 3; ++i) server_.answer(200, R"({"items": [], "next_cursor": "x"})");
  EXPECT_EQ(run({"api-users", "list"}), 1);
  EXPECT_EQ(terminal_.out, "");
}

TEST_F(VerbsTest, ListPrintsAnArrayWithAllThatTheServerSent) {
  server_.answer(200, list_of(kUser));
  EXPECT_EQ(run({"api-users", "list", "-f", "json"}), 0);
  EXPECT_THAT(terminal_.out, ::testing::StartsWith("[\n"));
  EXPECT_THAT(terminal_.out, HasSubstr("\"from_the_future\": 1"));
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(VerbsTest, GetTakesAUuidAsItIs) {
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 0);
  EXPECT_EQ(sent(0), std::string("GET /api-users/") + kId);
  EXPECT_EQ(server_.requests[0].header("Authorization"), "Bearer given.access.token");
  EXPECT_THAT(terminal_.out, HasSubstr("username        ci-bot\n"));
}

TEST_F(VerbsTest, GetLooksAUsernameUp) {
  server_.answer(200, list_of(kUser));
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", "ci-bot", "-f", "json"}), 0);
  EXPECT_EQ(sent(1), std::string("GET /api-users/") + kId);
  EXPECT_THAT(terminal_.out, ::testing::StartsWith("{\n"));
}

TEST_F(VerbsTest, SayWhichNameIsUnknown) {
  server_.answer(200, list_of(kUser));
  EXPECT_EQ(run({"api-users", "get", "-u", "nobody"}), 3);
  EXPECT_THAT(terminal_.err, HasSubstr("nobody"));
  server_.answer(200, list_of(kVerbRoleBody));
  EXPECT_EQ(run({"api-users", "create", "-u", "a", "-r", "deployer", "tester", "reader"}), 3);
  EXPECT_THAT(terminal_.err, HasSubstr("tester, reader"));
}

TEST_F(VerbsTest, CreateSendsTheUuidsOfItsRoles) {
  server_.answer(200, list_of(kVerbRoleBody));
  server_.answer(201, kUser);
  EXPECT_EQ(run({"api-users", "create", "-u", "ci-bot", "-d", "builds", "-r", "deployer", "-q"}),
            0);
  EXPECT_EQ(sent(0), "GET /roles?limit=1000");
  EXPECT_EQ(sent(1), "POST /api-users");
  EXPECT_THAT(server_.requests[1].body, HasSubstr(kRole));
  EXPECT_THAT(server_.requests[1].body, HasSubstr("\"builds\""));
  EXPECT_EQ(server_.requests[1].header("Content-Type"), "application/json");
  EXPECT_EQ(terminal_.out, std::string(kId) + "\n");
}

TEST_F(VerbsTest, EditReplacesOrClearsTheRoles) {
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "edit", "-u", kId, "-r", kRole}), 0);
  EXPECT_EQ(sent(0), std::string("PATCH /api-users/") + kId);
  EXPECT_EQ(server_.requests[0].body, std::string(R"({"roles":[")") + kRole + R"("]})");
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "edit", "-u", kId, "--roles", ""}), 0);
  EXPECT_EQ(server_.requests[1].body, R"({"roles":[]})");
}

TEST_F(VerbsTest, EnableAndDisableSendTheStatus) {
  server_.answer(200, kUser);
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "disable", "-u", kId}), 0);
  EXPECT_EQ(run({"api-users", "enable", "-u", kId}), 0);
  EXPECT_EQ(server_.requests[0].body, R"({"status":"disabled"})");
  EXPECT_EQ(server_.requests[1].body, R"({"status":"active"})");
}

TEST_F(VerbsTest, DeleteTellsWhatIsGone) {
  server_.answer(204, "");
  EXPECT_EQ(run({"api-users", "delete", "-u", kId, "-f", "json"}), 0);
  EXPECT_EQ(sent(0), std::string("DELETE /api-users/") + kId);
  EXPECT_THAT(terminal_.out, HasSubstr("\"deleted\": true"));
}

TEST_F(VerbsTest, SecretsListsThemWhole) {
  server_.answer(200, list_of(R"({"id": "0123456789a", "hint": "wxyz", "status": "current"})"));
  EXPECT_EQ(run({"api-users", "secrets", "-u", kId}), 0);
  EXPECT_EQ(sent(0), std::string("GET /api-users/") + kId + "/secrets");
  EXPECT_THAT(terminal_.out, HasSubstr("0123456789a  wxyz       current"));
}

constexpr const char* kMade = R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ab",
  "username": "ci-bot", "secret": "the-secret", "secret_id": "0123456789a",
  "created_at": "2026-01-05T07:00:00.000Z", "expires_at": null,
  "replaced": [{"secret_id": "b0123456789", "works_until": "2026-01-06T07:00:00.000Z"}]})";

TEST_F(VerbsTest, NewSecretShowsTheSecretOnStdoutOnly) {
  server_.answer(201, kMade);
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

TEST_F(VerbsTest, NewSecretEndsTheReplacedOneEarlyOnlyWithAnOverlap) {
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

TEST_F(VerbsTest, NewSecretSaysWhatToDoWhenNobodyCouldSeeIt) {
  server_.answer(201, kMade);
  terminal_.write_error = Error{ErrorCode::internal, "no space left"};
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId}), 1);
  EXPECT_THAT(terminal_.err, HasSubstr("revoke-secret"));
}

TEST_F(VerbsTest, RevokeSecretEndsAllOrOne) {
  const std::string answer = R"({"revoked": [{"id": "0123456789a", "status": "revoked"}]})";
  server_.answer(200, answer);
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId, "-q"}), 0);
  EXPECT_EQ(sent(0), std::string("DELETE /api-users/") + kId + "/secrets");
  EXPECT_EQ(terminal_.out, "0123456789a\n");
  server_.answer(200, answer);
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId, "--secret", "0123456789a"}), 0);
  EXPECT_EQ(sent(1), std::string("DELETE /api-users/") + kId + "/secrets/0123456789a");
}

TEST_F(VerbsTest, RevokeSecretTellsWhatTheSecretsWereUsedFor) {
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

TEST_F(VerbsTest, RevokeSecretSaysNothingOfTokensThatAreDead) {
  server_.answer(200, R"({"revoked": [{"id": "0123456789a",
    "last_token_expires_at": "1999-01-06T08:00:00.000Z"}]})");
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId}), 0);
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(VerbsTest, RevokeSecretSaysWhenThereWasNothingToRevoke) {
  server_.answer(200, R"({"revoked": []})");
  EXPECT_EQ(run({"api-users", "revoke-secret", "-u", kId, "-f", "json"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("\"revoked\": []"));
  EXPECT_NE(terminal_.err, "");
}

constexpr const char* kKey = R"({"kid": "the-kid", "algorithm": "EdDSA", "status": "next",
  "created_at": "2026-01-05T07:00:00.000Z", "activates_at": "2026-01-05T07:15:00.000Z",
  "activated_at": null, "retired_at": null, "published_until": null})";

TEST_F(VerbsTest, KeysListShowsThem) {
  server_.answer(200, list_of(kKey));
  EXPECT_EQ(run({"keys", "list"}), 0);
  EXPECT_EQ(sent(0), "GET /keys?limit=1000");
  EXPECT_THAT(terminal_.out, HasSubstr("the-kid  EdDSA      next"));
}

TEST_F(VerbsTest, KeysRotateSendsHow) {
  const struct {
    Arguments arguments;
    const char* body;
  } rows[] = {
      {{}, "{}"},
      {{"--algorithm", "EdDSA"}, R"({"algorithm":"EdDSA"})"},
      {{"--now"}, R"({"mode":"now"})"},
      {{"-a", "RS256", "--compromised"}, R"({"algorithm":"RS256","mode":"compromised"})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.body);
    server_.answer(200, kKey);
    Arguments arguments = {"keys", "rotate", "-q"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    EXPECT_EQ(run(arguments), 0);
    EXPECT_EQ(server_.requests.back().body, row.body);
  }
  EXPECT_EQ(sent(0), "POST /keys/rotate");
  EXPECT_EQ(terminal_.out, "the-kid\nthe-kid\nthe-kid\nthe-kid\n");
  EXPECT_NE(terminal_.err, "") << "the key has to wait";
}

TEST_F(VerbsTest, WhoamiShowsTheCaller) {
  server_.answer(200, R"({"project": "acme", "uuid": "u", "username": "ci-bot", "level": 20})");
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_EQ(sent(0), "GET /whoami");
  EXPECT_THAT(terminal_.out, HasSubstr("username  "));
}

struct Refusal {
  const char* what;
  int status;
  const char* body;
  int exit_code;
  const char* words;
};

TEST_F(VerbsTest, TurnEachRefusalIntoItsExitCode) {
  const Refusal rows[] = {
      {"a fault of the server", 500, R"({"code": "internal", "detail": "oops"})", 1, "oops"},
      {"a page of a proxy", 500, "<html>", 8, "500"},
      {"a redirect", 307, "", 8, "redirects"},
      {"a success that is no JSON", 200, "<html>", 8, "JSON"},
      {"a success of another type", 200, "[]", 8, "object"},
      {"a page that says not found", 404, "<html>", 8, "https://id.example.org (status 404)"},
      {"a page that says forbidden", 403, "<html>", 8, "https://id.example.org (status 403)"},
      {"a page that asks for a login", 401, "<html>", 8, "https://id.example.org (status 401)"},
      {"a proxy that asks for a login", 407, "<html>", 8, "https://id.example.org (status 407)"},
      {"no body", 404, "", 8, "hint: check the server's address (--host, PTKL_HOST"},
      {"JSON of another server", 404, R"({"error": "Not Found", "path": "/v1"})", 8, "404"},
      {"a proxy's limit", 429, "<html>", 7, "try again in 7"},
      {"bad input", 400,
       R"({"code": "invalid_argument", "detail": "bad input",
           "errors": [{"field": "level", "message": "too high"}]})",
       2, "level: too high"},
      {"nothing there", 404, R"({"code": "not_found", "detail": "no such user"})", 3, "no such"},
      {"not logged in any more", 401, R"({"code": "unauthenticated", "detail": "no"})", 4,
       "get-auth-token"},
      {"a missing permission", 403,
       R"({"code": "permission_denied", "detail": "needs the permission api-users.read"})", 5,
       "api-users.read"},
      {"a conflict", 409, R"({"code": "conflict", "detail": "taken"})", 6, "taken"},
      {"a change in between", 412, R"({"code": "precondition_failed", "detail": "changed"})", 6,
       "changed"},
      {"too often", 429, R"({"code": "rate_limited", "detail": "slow down"})", 7, "try again in 7"},
      {"out of order", 503, R"({"code": "unavailable", "detail": "no database"})", 8, "database"},
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

TEST_F(VerbsTest, SayThatAChangeMayHaveBeenAppliedWhenItsAnswerIsLost) {
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
    server_.answer(502, "<html>");  // of a proxy that has lost the server
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

TEST_F(VerbsTest, SayNothingOfAChangeThatWasOnlyTriedOut) {
  server_.fail({ErrorCode::outcome_unknown, "id.example.org: the connection was closed"});
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--dry-run"}), 8);
  EXPECT_THAT(terminal_.err, Not(HasSubstr("applied")));
}

TEST_F(VerbsTest, TakeAnEmptyAnswerForASuccessOnlyWhereTheServerSaysSo) {
  server_.answer(200, "");
  EXPECT_EQ(run({"api-users", "delete", "-u", kId}), 8);
  EXPECT_EQ(terminal_.out, "");
}

TEST_F(VerbsTest, SayWhenNoServerAnswers) {
  EXPECT_EQ(run({"whoami"}), 8);
  EXPECT_THAT(terminal_.err, HasSubstr("connection refused"));
}

TEST_F(VerbsTest, LetNoControlCharacterOfTheServerOntoTheTerminal) {
  server_.answer(409, "{\"code\": \"conflict\", \"detail\": \"\\u001b[2J gone\"}");
  EXPECT_EQ(run({"whoami"}), 6);
  EXPECT_THAT(terminal_.err, Not(HasSubstr("\x1b")));
}

TEST_F(VerbsTest, WriteTheAnswerToAFileAndNothingToStdout) {
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-f", "json", "-o", path("user.json")}), 0);
  EXPECT_EQ(terminal_.out, "");
  EXPECT_EQ(ptkl::testing::mode_of(path("user.json")), 0600U);
  EXPECT_THAT(ptkl::testing::read_file(path("user.json")), HasSubstr("\"username\": \"ci-bot\""));
}

TEST_F(VerbsTest, LeaveTheFileAsItWasWhenTheServerRefuses) {
  ptkl::testing::write_file(path("user.json"), "old");
  server_.answer(404, R"({"code": "not_found"})");
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-o", path("user.json")}), 3);
  EXPECT_EQ(ptkl::testing::read_file(path("user.json")), "old");
  EXPECT_EQ(ptkl::testing::count_files(folder_.path()), 1U);
}

/// Verbs that show a value only once, and what the server answers to them.
struct OneTimeValue {
  Arguments arguments;
  const char* answer;
  const char* value;
};

const OneTimeValue kOneTimeValues[] = {
    {{"api-users", "new-secret", "-u", kId, "-q"}, kMade, "the-secret\n"},
    {{"users", "invite", "-e", "a@example.org", "-q"},
     R"({"delivery": "link", "link": "https://id.example.org/i#x"})",
     "https://id.example.org/i#x\n"},
};

TEST_F(VerbsTest, ReplaceNoFileByAOneTimeValue) {
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    ptkl::testing::write_file(path("kept"), "another secret");
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("kept")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 6);
    EXPECT_THAT(server_.requests, IsEmpty());
    EXPECT_EQ(ptkl::testing::read_file(path("kept")), "another secret");
    EXPECT_THAT(terminal_.err, HasSubstr(path("kept")));
    EXPECT_THAT(terminal_.err, HasSubstr("--force"));
    EXPECT_EQ(ptkl::testing::count_files(folder_.path()), 1U);
  }
}

TEST_F(VerbsTest, ReplaceNoLinkByAOneTimeValue) {
  std::filesystem::create_symlink(path("missing"), path("dangling"));
  EXPECT_EQ(run({"api-users", "new-secret", "-u", kId, "-o", path("dangling")}), 6);
  EXPECT_THAT(server_.requests, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(path("missing")));
}

TEST_F(VerbsTest, ReplaceTheFileByAOneTimeValueWithForce) {
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    ptkl::testing::write_file(path("kept"), "another secret");
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"--force", "-o", path("kept")});
    EXPECT_EQ(run(arguments), 0) << terminal_.err;
    EXPECT_EQ(ptkl::testing::read_file(path("kept")), row.value);
    EXPECT_EQ(ptkl::testing::mode_of(path("kept")), 0600U);
  }
}

TEST_F(VerbsTest, RefuseForceWithoutAFile) {
  for (const OneTimeValue& row : kOneTimeValues) {
    for (const Arguments& output : {Arguments{}, {"-o", "-"}}) {
      Arguments arguments = row.arguments;
      arguments.emplace_back("--force");
      arguments.insert(arguments.end(), output.begin(), output.end());
      terminal_.err.clear();
      EXPECT_EQ(run(arguments), 2);
      EXPECT_THAT(terminal_.err, HasSubstr("--force requires --output"));
    }
  }
  EXPECT_THAT(server_.requests, IsEmpty());
}

TEST_F(VerbsTest, LoseNoOneTimeValueToAFileThatAppearsMeanwhile) {
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    for (const char* file : {"secret", "secret.1", "secret.2"}) {
      std::filesystem::remove(path(file));
    }
    server_.answer(201, row.answer);
    server_.before_answer = [this] {
      ptkl::testing::write_file(path("secret"), "of another process");
      ptkl::testing::write_file(path("secret.1"), "of another process");
    };
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 6);
    EXPECT_EQ(ptkl::testing::read_file(path("secret")), "of another process");
    EXPECT_EQ(ptkl::testing::read_file(path("secret.1")), "of another process");
    EXPECT_EQ(ptkl::testing::read_file(path("secret.2")), row.value);
    EXPECT_EQ(ptkl::testing::mode_of(path("secret.2")), 0600U);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the output is in " + path("secret.2")));
    EXPECT_THAT(terminal_.err, Not(HasSubstr("lost")));
    EXPECT_EQ(terminal_.out, "");
  }
}

TEST_F(VerbsTest, WarnThatAOneTimeValueMayNotSurviveAPowerFailureButDoNotCallItLost) {
  const ptkl::testing::UnlistedFolder unlisted(folder_.path());
  ASSERT_TRUE(unlisted.is_unlisted());
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret"), "--force"});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 0) << terminal_.err;
    EXPECT_EQ(ptkl::testing::read_file(path("secret")), row.value);
    EXPECT_THAT(terminal_.err, HasSubstr("ptkl: warning: it is in " + path("secret") +
                                         ", but may not survive a power failure: cannot sync "));
    EXPECT_THAT(terminal_.err, Not(HasSubstr("lost")));
  }
}

TEST_F(VerbsTest, NameTheFileBesideThatMayNotSurviveAPowerFailure) {
  const ptkl::testing::UnlistedFolder unlisted(folder_.path());
  ASSERT_TRUE(unlisted.is_unlisted());
  server_.before_answer = [this] {
    ptkl::testing::write_file(path("secret"), "of another process");
  };
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    std::filesystem::remove(path("secret"));
    std::filesystem::remove(path("secret.1"));
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 6);
    EXPECT_EQ(ptkl::testing::read_file(path("secret.1")), row.value);
    EXPECT_THAT(terminal_.err, HasSubstr("hint: the output is in " + path("secret.1") +
                                         ", but may not survive a power failure"));
    EXPECT_THAT(terminal_.err, Not(HasSubstr("lost")));
  }
}

TEST_F(VerbsTest, SayThatAOneTimeValueIsLostWhenNoNameIsFree) {
  server_.before_answer = [this] {
    ptkl::testing::write_file(path("secret"), "of another process");
    for (int number = 1; number <= 1000; ++number) {
      ptkl::testing::write_file(path("secret." + std::to_string(number)), "of another process");
    }
  };
  for (const OneTimeValue& row : kOneTimeValues) {
    SCOPED_TRACE(row.value);
    std::filesystem::remove(path("secret"));
    server_.answer(201, row.answer);
    Arguments arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", path("secret")});
    terminal_.err.clear();
    EXPECT_EQ(run(arguments), 1);
    EXPECT_THAT(terminal_.err, HasSubstr(" is lost: "));
    EXPECT_EQ(ptkl::testing::count_files(folder_.path()), 1001U);
  }
}

TEST_F(VerbsTest, ReplaceAFileByWhatCanBeAskedForAgain) {
  ptkl::testing::write_file(path("user.json"), "old");
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-q", "-o", path("user.json")}), 0);
  EXPECT_EQ(ptkl::testing::read_file(path("user.json")), std::string(kId) + '\n');
}

TEST_F(VerbsTest, TakeADashForStdout) {
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId, "-q", "-o", "-"}), 0);
  EXPECT_EQ(terminal_.out, std::string(kId) + "\n");
}

TEST_F(VerbsTest, EndQuietlyWhenTheReaderHasGone) {
  server_.answer(200, kUser);
  terminal_.write_error = Error{ErrorCode::internal, ""};
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 1);
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(VerbsTest, ShowRelativeTimesAndColoursOnlyOnATerminalThatWantsThem) {
  terminal_.output_is_terminal = true;
  terminal_.columns = 200;
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("1 hour ago"));
  EXPECT_THAT(terminal_.out, HasSubstr("\x1b[32mactive"));
  terminal_.out.clear();
  environment_.variables["NO_COLOR"] = "1";
  server_.answer(200, kUser);
  EXPECT_EQ(run({"api-users", "get", "-u", kId}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("2026-01-05T07:00:00.000Z"));
  EXPECT_THAT(terminal_.out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace ptkl::cli
