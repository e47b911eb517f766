#include "core/permission.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

struct PermissionCase {
  std::string what;
  std::string text;
};

Permission permission(std::string_view text) { return Permission::parse(text).value(); }
PermissionSet set(std::string_view text) { return PermissionSet::parse(text).value(); }

TEST(Permission, RefusesOtherForms) {
  const std::vector<PermissionCase> cases = {
      {"empty", ""},
      {"a dot alone", "."},
      {"a dot before", ".read"},
      {"a dot behind", "components."},
      {"two dots", "components..read"},
      {"a star before", "*.read"},
      {"a star within", "components.*.read"},
      {"two stars", "**"},
      {"a star twice", "*.*"},
      {"a star as a part of a word", "comp*"},
      {"a star as the end of a word", "components.re*"},
      {"upper case", "Components.read"},
      {"a space", "components read"},
      {"white space behind", "components.read "},
      {"a newline behind", "components.read\n"},
      {"a colon", "components:read"},
      {"a slash", "components/read"},
      {"a hyphen before", "-a"},
      {"a hyphen before a later word", "a.-b"},
      {"an underscore before", "_a"},
      {"not ASCII", "caf\xC3\xA9"},
      {"a quote, which scope does not allow", "a\"b"},
      {"a backslash, which scope does not allow", "a\\b"},
      {"a zero byte", std::string("a\0", 2)},
      {"129 characters", std::string(129, 'a')},
  };
  for (const PermissionCase& row : cases) {
    SCOPED_TRACE(row.what);
    const auto parsed = Permission::parse(row.text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Permission, TakesDottedWords) {
  for (const std::string& text :
       {std::string("*"), std::string("a"), std::string("0"), std::string("components.read"),
        std::string("components.*"), std::string("a.b.c.d.e"), std::string("a.b.*"),
        std::string("api-users.read_all"), std::string(128, 'a')}) {
    SCOPED_TRACE(text);
    const auto parsed = Permission::parse(text);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->text(), text);
  }
}

TEST(Permission, DoesNotCoverUnrelatedPermissions) {
  struct Row {
    std::string held;
    std::string other;
  };
  const std::vector<Row> rows = {
      {"a", "b"},       {"a", "a.b"},    {"a", "*"},       {"a", "a.*"},     {"a.b", "a"},
      {"a.b", "a.b.c"}, {"a.b", "a.*"},  {"a.*", "a"},     {"a.*", "*"},     {"a.*", "ab"},
      {"a.*", "ab.c"},  {"a.*", "b.c"},  {"a.b.*", "a.b"}, {"a.b.*", "a.*"}, {"a.b.*", "a.bc.d"},
      {"a.b.*", "a.c"}, {"ab.*", "a.b"}, {"a.*", "a-b.c"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.held + " does not cover " + row.other);
    EXPECT_FALSE(permission(row.held).covers(permission(row.other)));
  }
}

TEST(Permission, CoversPermissionsBelowIt) {
  struct Row {
    std::string held;
    std::string other;
  };
  const std::vector<Row> rows = {
      {"a", "a"},     {"a.b", "a.b"},   {"a.*", "a.b"},     {"a.*", "a.b.c"},
      {"a.*", "a.*"}, {"a.*", "a.b.*"}, {"a.b.*", "a.b.c"}, {"*", "a"},
      {"*", "a.b"},   {"*", "a.*"},     {"*", "*"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.held + " covers " + row.other);
    EXPECT_TRUE(permission(row.held).covers(permission(row.other)));
  }
}

TEST(PermissionSet, RefusesOneInvalidAmongValidOnes) {
  for (const std::string text : {" ", "a ", " a", "a  b", "a\tb", "a\nb", "a *b", "a B"}) {
    SCOPED_TRACE(text);
    const auto parsed = PermissionSet::parse(text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
  }
}

TEST(PermissionSet, IsSortedAndHoldsEachOnce) {
  EXPECT_EQ(set("b.read a.* b.read *").text(), "* a.* b.read");
  EXPECT_EQ(set("b a"), set("a b"));
  EXPECT_EQ(set("").text(), "");
  EXPECT_TRUE(set("").empty());
}

TEST(PermissionSet, CoversNothingWhenItIsEmpty) {
  EXPECT_FALSE(PermissionSet().covers(permission("a")));
  EXPECT_FALSE(PermissionSet().covers(set("a")));
  EXPECT_TRUE(PermissionSet().covers(PermissionSet()));
}

TEST(PermissionSet, CoversASetOnlyCompletely) {
  EXPECT_FALSE(set("a.* b.read").covers(set("a.x b.read c")));
  EXPECT_FALSE(set("a.x a.y").covers(set("a.*"))) << "many do not make a star";
  EXPECT_TRUE(set("a.* b.read").covers(set("a.x a.y b.read")));
  EXPECT_TRUE(set("*").covers(set("* a.* b")));
}

TEST(PermissionSet, CoversWhatAnyOfItsMembersCovers) {
  const auto held = *PermissionSet::parse("a.b.* c.d e.*");
  for (const char* other : {"a.b.c", "a.b.c.d", "a.b.*", "c.d", "e.f", "e.f.*"}) {
    SCOPED_TRACE(other);
    EXPECT_TRUE(held.covers(*Permission::parse(other)));
  }
  for (const char* other : {"*", "a", "a.*", "a.b", "a.bc", "c", "c.d.e", "e", "ef.g"}) {
    SCOPED_TRACE(other);
    EXPECT_FALSE(held.covers(*Permission::parse(other)));
  }
}

TEST(PermissionSet, GrowsByAnotherOne) {
  PermissionSet all = set("a");
  all.insert(set("b a"));
  all.insert(permission("c.*"));
  EXPECT_EQ(all, set("a b c.*"));
}

TEST(OwnPermissions, AreWellFormed) {
  for (const std::string_view text :
       {permissions::kApiUsersRead, permissions::kApiUsersWrite, permissions::kApiUsersSecrets,
        permissions::kRolesRead, permissions::kRolesWrite, permissions::kEverything}) {
    EXPECT_TRUE(Permission::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ptkl
