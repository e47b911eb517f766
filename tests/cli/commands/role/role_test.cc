// `ptkl role …`: what each command sends and prints.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using testing::kRole;
using testing::kRoleBody;
using testing::list_of;

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
