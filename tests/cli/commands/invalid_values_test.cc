// Values that commands reject before they send anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using testing::Arguments;
using ::testing::IsEmpty;
using testing::kId;

class InvalidValuesTest : public testing::CommandTest {};

struct WrongValue {
  const char* what;
  Arguments arguments;
};

TEST_F(InvalidValuesTest, AreRejectedBeforeSending) {
  const WrongValue rows[] = {
      {"an email for a username", {"api-users", "create", "-u", "a@example.org"}},
      {"capitals in a username", {"api-users", "create", "-u", "CI"}},
      {"a uuid for a username", {"api-users", "create", "-u", kId}},
      {"a description over two lines", {"api-users", "create", "-u", "a", "-d", "x\ny"}},
      {"an email to look up", {"api-users", "get", "-u", "a@example.org"}},
      {"a malformed name of a role", {"api-users", "create", "-u", "a", "-r", "x/y"}},
      {"a label with control characters",
       {"api-users", "new-secret", "-u", kId, "--label", "\x1b"}},
      {"a secret that expires immediately",
       {"api-users", "new-secret", "-u", kId, "--expires", "0s"}},
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
      {"the algorithm none", {"keys", "rotate", "-a", "none"}},
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

}  // namespace
}  // namespace ptkl::cli
