// The valid forms of usernames, emails, project names, role names and workspaces.
#include <gtest/gtest.h>

#include "core/email.h"
#include "core/project.h"
#include "core/role.h"
#include "core/username.h"

namespace ptkl {
namespace {

constexpr std::string_view kUuid = "0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b";

struct NameCase {
  std::string what;
  std::string text;
};

template <class Name>
void expect_refused(const std::vector<NameCase>& rows) {
  for (const NameCase& row : rows) {
    SCOPED_TRACE(row.what);
    const auto name = Name::parse(row.text);
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().code, ErrorCode::invalid_argument);
  }
}

template <class Name>
void expect_taken(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    const auto name = Name::parse(text);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->text(), text);
  }
}

const std::vector<NameCase> kNeverAName = {
    {"empty", ""},
    {"a space", " "},
    {"white space before", " a"},
    {"white space behind", "a\n"},
    {"a tab within", "a\tb"},
    {"a zero byte", std::string("a\0b", 3)},
    {"not ASCII", "caf\xC3\xA9"},
    {"a slash", "a/b"},
    {"a path", "../etc/passwd"},
    {"a quote", "a'b"},
    {"a percent sign", "a%41"},
    {"a colon before", ":a"},
    {"a dot before", ".a"},
    {"a hyphen before, like an option", "-a"},
    {"an underscore before", "_a"},
    {"far too long", std::string(100'000, 'a')},
};

TEST(Username, RefusesAnEmail) {
  expect_refused<Username>({{"an email", "ci@example.com"}, {"an at sign", "a@"}, {"alone", "@"}});
}

TEST(Username, RefusesAUuid) { expect_refused<Username>({{"a uuid", std::string(kUuid)}}); }

TEST(Username, RefusesInvalidNames) {
  expect_refused<Username>(kNeverAName);
  expect_refused<Username>({{"65 characters", std::string(65, 'a')},
                            {"upper case", "CI"},
                            {"upper case within", "cI"},
                            {"a space within", "a b"},
                            {"a colon, which ends the username in Basic", "a:b"},
                            {"a plus", "a+b"}});
}

TEST(Username, AcceptsValidNames) {
  expect_taken<Username>({"a", "0", "ci-bot", "a.b_c-d", "0192f0c1", std::string(64, 'a'), "a--"});
}

TEST(ProjectName, RefusesInvalidNames) {
  expect_refused<ProjectName>(kNeverAName);
  expect_refused<ProjectName>({{"64 characters", std::string(64, 'a')},
                               {"upper case", "Acme"},
                               {"a dot", "acme.com"},
                               {"an underscore", "a_b"},
                               {"a space within", "a b"}});
}

TEST(ProjectName, AcceptsValidNames) {
  expect_taken<ProjectName>({"a", "0", "acme", "acme-2", std::string(63, 'a')});
}

TEST(RoleName, RefusesAUuid) {
  expect_refused<RoleName>(
      {{"a uuid", std::string(kUuid)}, {"in upper case", "0192F0C1-7C3E-7A52-9D0E-0C6F6F1F2A3B"}});
}

TEST(RoleName, RefusesInvalidNames) {
  expect_refused<RoleName>(kNeverAName);
  expect_refused<RoleName>({{"65 characters", std::string(65, 'a')},
                            {"a space behind", "a "},
                            {"a comma", "a,b"},
                            {"an at sign", "a@b"}});
}

TEST(RoleName, AcceptsValidNames) {
  expect_taken<RoleName>({"a", "Z", "0", "Release manager", "a.b_c-d", std::string(64, 'A')});
}

TEST(Workspace, RefusesInvalidNames) {
  expect_refused<Workspace>(kNeverAName);
  expect_refused<Workspace>({{"129 characters", std::string(129, 'a')},
                             {"a space, which separates them", "a b"},
                             {"a star", "*"},
                             {"a comma", "a,b"}});
}

TEST(Workspace, AcceptsValidNames) {
  expect_taken<Workspace>(
      {"a", "Z", "berlin:2", "a.b_c-d", std::string(kUuid), std::string(128, 'a')});
}

TEST(Workspaces, RefuseOneInvalidAmongValidOnes) {
  for (const std::string text : {" ", "a ", " a", "a  b", "a *", "a\tb"}) {
    SCOPED_TRACE(text);
    const auto workspaces = parse_workspaces(text);
    ASSERT_FALSE(workspaces);
    EXPECT_EQ(workspaces.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Workspaces, AreSortedAndHeldOnce) {
  EXPECT_EQ(to_text(parse_workspaces("oslo berlin oslo").value()), "berlin oslo");
  EXPECT_EQ(to_text(parse_workspaces("").value()), "");
}

TEST(Email, RefusesInvalidAddresses) {
  expect_refused<Email>(kNeverAName);
  expect_refused<Email>({
      {"no @", "ada.example.com"},
      {"no local part", "@example.com"},
      {"no domain", "ada@"},
      {"two @", "ada@b@example.com"},
      {"two dots", "ada..l@example.com"},
      {"a dot before the @", "ada.@example.com"},
      {"a dot at the end", "ada@example.com."},
      {"a label that ends in a hyphen", "ada@example-.com"},
      {"an underscore in the domain", "ada@ex_ample.com"},
      {"a second line", "ada@example.com\r\nBcc: all@example.com"},
      {"a quoted local part", "\"ada\"@example.com"},
      {"a name around it", "Ada <ada@example.com>"},
      {"an address literal", "ada@[127.0.0.1]"},
      {"a local part of 65 characters", std::string(65, 'a') + "@example.com"},
      {"255 characters", "a@" + std::string(62, 'b') + "." + std::string(62, 'b') + "." +
                             std::string(62, 'b') + "." + std::string(62, 'b') + ".c"},
  });
}

TEST(Email, AcceptsValidAddresses) {
  expect_taken<Email>({
      "a@b.c",
      "ada.lovelace+ptkl@mail.example.com",
      "o'hara@example.com",
      "root@localhost",
      std::string(64, 'a') + "@example.com",
  });
}

TEST(Email, IsInLowerCase) {
  EXPECT_EQ(Email::parse("Ada.Lovelace@Example.COM")->text(), "ada.lovelace@example.com");
}

}  // namespace
}  // namespace ptkl
