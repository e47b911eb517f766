// `ptkl role …`: what each command sends and prints.
#include <chrono>
#include <csignal>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using testing::FakeTerminal;
using ::testing::HasSubstr;
using testing::kRole;
using testing::kRoleBody;
using testing::list_of;
using ::testing::Not;

class RoleTest : public testing::CommandTest {};

TEST_F(RoleTest, EditSendsOnlyWhatIsGiven) {
  const struct {
    const char* what;
    std::vector<std::string> flags;
    const char* body;
  } rows[] = {
      {"permissions", {"-p", "a.read", "b.*"}, R"({"permissions":["a.read","b.*"]})"},
      {"no workspaces", {"-w", ""}, R"({"workspaces":[]})"},
      {"the level", {"-l", "0"}, R"({"level":0})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    server_.answer(200, kRoleBody);
    std::vector<std::string> arguments = {"role", "edit", "-u", kRole};
    arguments.insert(arguments.end(), row.flags.begin(), row.flags.end());
    EXPECT_EQ(run(arguments), 0);
    EXPECT_EQ(sent(server_.requests.size() - 1), std::string("PATCH /roles/") + kRole);
    EXPECT_EQ(server_.requests.back().body, row.body);
  }
}

TEST_F(RoleTest, EditRequiresAValidChange) {
  EXPECT_EQ(run({"role", "edit", "-u", kRole}), 2);
  EXPECT_EQ(run({"role", "edit", "-u", kRole, "-p", "A"}), 2);
  EXPECT_EQ(run({"role", "edit", "-u", kRole, "-w", "a/b"}), 2);
  EXPECT_EQ(run({"role", "edit", "-u", kRole, "-l", "101"}), 2);
  EXPECT_TRUE(server_.requests.empty());
}

TEST_F(RoleTest, DeleteSaysHowManyApiUsersLostTheRole) {
  server_.answer(200, list_of(kRoleBody));
  server_.answer(200, R"({"affected_api_users": 3})");
  EXPECT_EQ(run({"role", "delete", "-u", "deployer", "-f", "json"}), 0);
  EXPECT_EQ(sent(1), std::string("DELETE /roles/") + kRole);
  EXPECT_THAT(terminal_.err, HasSubstr("3 API users lost"));
  EXPECT_THAT(terminal_.out, HasSubstr("\"deleted\": true"));
}

TEST_F(RoleTest, DeleteSaysHowManyUsersLostTheRole) {
  server_.answer(200, R"({"affected_api_users": 0, "affected_users": 1})");
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "-f", "json"}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("0 API users and 1 user lost"));
}

TEST_F(RoleTest, DryRunChangesNothing) {
  server_.answer(200, R"({"affected_api_users": 1})");
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--dry-run", "-f", "json"}), 0);
  EXPECT_EQ(sent(0), std::string("DELETE /roles/") + kRole + "?dry_run=true");
  EXPECT_THAT(terminal_.err, HasSubstr("1 API user would lose"));
  EXPECT_THAT(terminal_.out, HasSubstr("\"deleted\": false"));
}

TEST_F(RoleTest, ListGetAndCreateSendWhatIsGiven) {
  server_.answer(200, list_of(kRoleBody));
  EXPECT_EQ(run({"role", "list"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("deployer"));
  server_.answer(200, list_of(kRoleBody));
  server_.answer(200, kRoleBody);
  EXPECT_EQ(run({"role", "get", "-u", "deployer"}), 0);
  EXPECT_EQ(sent(2), std::string("GET /roles/") + kRole);
  server_.answer(201, kRoleBody);
  EXPECT_EQ(run({"role", "create", "-n", "deployer", "-p", "a.read", "b.*", "-w", "x", "-l", "20"}),
            0);
  EXPECT_EQ(sent(3), "POST /roles");
  EXPECT_THAT(server_.requests[3].body, HasSubstr(R"(["a.read","b.*"])"));
  EXPECT_THAT(server_.requests[3].body, HasSubstr("20"));
}

constexpr const char* kList = "GET /pending-status-updates";

std::string role_with_pending(int updates) {
  return R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa", "name": "deployer", "permissions": [],
    "workspaces": [], "level": 20, "pending_status_updates": )" +
         std::to_string(updates) + "}";
}

/// The list of pending updates: of this role, and of one that the test does not wait for.
std::string pending_list(int updates) {
  return list_of(R"({"role": {"uuid": "01978f3e-6c1a-7cc0-8f5e-bbbbbbbbbbbb", "name": "other",
    "deleted": false}, "pending_status_updates": 7, "total": 9},
    {"role": {"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa", "name": "deployer",
    "deleted": true}, "pending_status_updates": )" +
                 std::to_string(updates) + R"(, "total": 300})");
}

constexpr const char* kDeletedWithPending =
    R"({"affected_api_users": 300, "affected_users": 0, "pending_status_updates": 300})";

class RoleWaitTest : public RoleTest {
 protected:
  int edit(const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"role", "edit", "-u", kRole, "-p", "", "--wait"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run(arguments);
  }
  std::chrono::milliseconds paused() const {
    return std::accumulate(pauses_.begin(), pauses_.end(), std::chrono::milliseconds(0));
  }
};

TEST_F(RoleTest, EditAndDeleteSayThatStatusListsFollow) {
  server_.answer(200, role_with_pending(300));
  EXPECT_EQ(run({"role", "edit", "-u", kRole, "-p", "", "-f", "json"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("\"pending_status_updates\": 300"));
  EXPECT_EQ(terminal_.err,
            "ptkl: the API and introspection apply the change; the status lists do not show it for "
            "300 holders yet, but usually will within 15 s\n"
            "hint: check with `ptkl role get -u 01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa`, or repeat "
            "the command with --wait\n");
  server_.answer(200, kDeletedWithPending);
  EXPECT_EQ(run({"role", "delete", "-u", kRole}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("pending status updates  300"));
  EXPECT_THAT(terminal_.err, HasSubstr("300 API users and 0 users lost the role\n"));
  EXPECT_THAT(
      terminal_.err,
      HasSubstr("check with GET /v1/projects/acme/pending-status-updates, or use --wait\n"));
  EXPECT_EQ(server_.requests.size(), 2U);
}

TEST_F(RoleTest, TheHintNamesTheRoleAsAWordOfAShell) {
  const struct {
    const char* name;
    const char* hint;
  } rows[] = {{"deployer", "`ptkl role get -u deployer`"},
              {"two words", "`ptkl role get -u 01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa`"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    server_.answer(200, list_of(R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa", "name": ")" +
                                std::string(row.name) + "\"}"));
    server_.answer(200, role_with_pending(300));
    EXPECT_EQ(run({"role", "edit", "-u", row.name, "-l", "0"}), 0);
    EXPECT_THAT(terminal_.err, HasSubstr(row.hint));
  }
}

TEST_F(RoleTest, TablesShowPendingUpdatesOnlyWhenThereAreAny) {
  for (const std::string& none : {role_with_pending(0), std::string(kRoleBody)}) {
    server_.answer(200, none);
    EXPECT_EQ(run({"role", "get", "-u", kRole}), 0);
    server_.answer(200, list_of(none));
    EXPECT_EQ(run({"role", "list"}), 0);
    server_.answer(200, none);
    EXPECT_EQ(run({"role", "edit", "-u", kRole, "-l", "0"}), 0);
  }
  EXPECT_THAT(terminal_.out, Not(HasSubstr("pending")));
  EXPECT_THAT(terminal_.out, Not(HasSubstr("PENDING")));
  EXPECT_EQ(terminal_.err, "");
  server_.answer(200, role_with_pending(4));
  EXPECT_EQ(run({"role", "get", "-u", kRole}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("pending status updates  4\n"));
  server_.answer(200, list_of(std::string(kRoleBody) + "," + role_with_pending(4)));
  EXPECT_EQ(run({"role", "list"}), 0);
  EXPECT_THAT(terminal_.out, HasSubstr("PENDING\n"));
}

TEST_F(RoleWaitTest, RejectsADryRunAndUnknownRoles) {
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--dry-run", "--wait"}), 2);
  EXPECT_TRUE(server_.requests.empty());
  server_.answer(200, R"({"items": [], "next_cursor": null})");
  EXPECT_EQ(run({"role", "delete", "-u", "unknown", "--wait"}), 3);
  EXPECT_EQ(server_.requests.size(), 1U);
  EXPECT_EQ(terminal_.out, "");
}

TEST_F(RoleWaitTest, ReturnsImmediatelyWhenNothingIsPending) {
  server_.answer(200, kRoleBody);  // of a server without the member
  EXPECT_EQ(edit({}), 0);
  server_.answer(200, R"({"affected_api_users": 3, "affected_users": 0})");
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--wait"}), 0);
  server_.answer(200, role_with_pending(0));
  EXPECT_EQ(edit({"-q"}), 0);
  EXPECT_EQ(server_.requests.size(), 3U);
  EXPECT_TRUE(pauses_.empty());
}

TEST_F(RoleWaitTest, PollsUntilNothingIsPendingForTheRole) {
  server_.answer(200, role_with_pending(300));
  server_.answer(200, pending_list(300));
  server_.answer(200, pending_list(120));
  server_.answer(200, pending_list(0));
  EXPECT_EQ(edit({"-f", "json"}), 0);
  EXPECT_EQ(server_.requests.size(), 4U);
  EXPECT_EQ(sent(3), kList);
  EXPECT_THAT(terminal_.out, HasSubstr("\"pending_status_updates\": 0"));
  EXPECT_EQ(terminal_.err, "ptkl: the status lists show the change for all holders\n");
  EXPECT_EQ(paused(), std::chrono::milliseconds(100 + 200 + 400));
}

TEST_F(RoleWaitTest, ADeletionWaitsUntilTheRoleIsNoLongerListed) {
  server_.answer(200, kDeletedWithPending);
  server_.answer(200, pending_list(300));
  server_.answer(200, R"({"items": [], "next_cursor": null})");
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--wait", "-q"}), 0);
  EXPECT_EQ(sent(2), kList);
  EXPECT_EQ(terminal_.out, std::string(kRole) + "\n");
  EXPECT_EQ(terminal_.err, "ptkl: 300 API users and 0 users lost the role\n");
}

TEST_F(RoleWaitTest, ShowsItsProgressOnATerminal) {
  terminal_.output_is_terminal = true;
  server_.answer(200, role_with_pending(300));
  server_.answer(200, pending_list(0));
  EXPECT_EQ(edit({}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("] 0 holders"));
  terminal_.err.clear();
  server_.answer(200, role_with_pending(300));
  server_.answer(200, pending_list(0));
  EXPECT_EQ(edit({"-q"}), 0);
  EXPECT_EQ(terminal_.err, "") << "--quiet shows no progress";
}

TEST_F(RoleWaitTest, ToleratesAServerThatIsAwayForAWhile) {
  server_.answer(200, role_with_pending(300));
  for (int i = 0; i < 20; ++i) server_.fail({ErrorCode::unavailable, "connection refused"});
  server_.answer(503, R"({"code": "unavailable", "detail": "the database is not reachable"})");
  server_.answer(502, "<html>bad gateway</html>");
  server_.answer(200, pending_list(10));
  for (int i = 0; i < 40; ++i) server_.fail({ErrorCode::unavailable, "connection refused"});
  server_.answer(200, pending_list(0));
  EXPECT_EQ(edit({}), 0) << terminal_.err;
}

TEST_F(RoleWaitTest, GivesUpWhenTheServerIsAwayForAMinute) {
  const std::string file = path("result");
  server_.answer(200, role_with_pending(300));
  server_.answer(200, pending_list(200));
  EXPECT_EQ(edit({"-f", "json", "-o", file}), 8);
  EXPECT_THAT(ptkl::testing::read_file(file), HasSubstr("\"pending_status_updates\": 200"));
  EXPECT_THAT(
      terminal_.err,
      HasSubstr("ptkl: the change is applied, but waiting for the status lists failed: "
                "connection refused\nhint: the server continues to update the status lists; "
                "check with `ptkl role get -u "));
  EXPECT_GE(paused(), std::chrono::seconds(60));
  EXPECT_LE(paused(), std::chrono::seconds(62));
}

TEST_F(RoleWaitTest, SaysThatTheChangeIsAppliedAlsoWhenItCannotPrintTheResult) {
  terminal_.write_error = Error{ErrorCode::internal, ""};  // the reader has closed the pipe
  server_.answer(200, role_with_pending(300));
  EXPECT_EQ(edit({}), 1);
  EXPECT_THAT(terminal_.err, HasSubstr("ptkl: the change is applied, but waiting"));
}

TEST_F(RoleWaitTest, EndsWhenTheCallerMayNotSeeTheUpdates) {
  server_.answer(200, kDeletedWithPending);
  server_.answer(403, R"({"code": "permission_denied", "detail": "requires roles.read"})");
  EXPECT_EQ(run({"role", "delete", "-u", kRole, "--wait", "-f", "json"}), 5);
  EXPECT_EQ(server_.requests.size(), 2U);
  EXPECT_THAT(terminal_.out, HasSubstr("\"pending_status_updates\": 300"));
  EXPECT_THAT(terminal_.err, HasSubstr("the change is applied"));
}

TEST_F(RoleWaitTest, PrintsTheResultBeforeAnInterruptionEndsIt) {
  static int delivered;
  static const FakeTerminal* shown;
  delivered = 0;
  shown = &terminal_;
  auto* const before = std::signal(SIGINT, [](int) { delivered += shown->out.empty() ? 100 : 1; });
  server_.answer(200, role_with_pending(300));
  server_.answer(200, pending_list(100));
  server_.answer(200, pending_list(0));
  server_.before_response = [this] {
    if (server_.requests.size() == 3) std::raise(SIGINT);
  };
  edit({"-f", "json"});
  std::signal(SIGINT, before);
  EXPECT_EQ(delivered, 1);
  EXPECT_THAT(terminal_.out, HasSubstr("\"pending_status_updates\": 100"));
  EXPECT_THAT(terminal_.err,
              HasSubstr("ptkl: interrupted; the change is applied\nhint: the server continues to "
                        "update the status lists; check with `ptkl role get -u "));
}

TEST_F(RoleTest, PermissionsListShowsDescriptionsAndNumbersOfRoles) {
  server_.answer(200, R"({"items": [
    {"permission": "audit.read", "description": "read and verify the audit log", "role_count": 2},
    {"permission": "components.*", "description": null, "role_count": 1}], "next_cursor": null})");
  EXPECT_EQ(run({"role", "permissions-list"}), 0);
  EXPECT_EQ(sent(0), "GET /permissions?limit=1000");
  EXPECT_THAT(terminal_.out, HasSubstr("audit.read    2      read and verify the audit log"));
  EXPECT_THAT(terminal_.out, HasSubstr("components.*  1      -"));
}

}  // namespace
}  // namespace ptkl::cli
