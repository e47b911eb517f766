#include "core/role.h"

#include <limits>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

Grants grants(std::string_view permissions, std::int64_t level) {
  return Grants{*PermissionSet::parse(permissions), {}, *AccessLevel::parse(level)};
}

Role role(std::string_view permissions, std::string_view workspaces, std::int64_t level) {
  return Role{Uuid(),
              *RoleName::parse("role"),
              *PermissionSet::parse(permissions),
              *parse_workspaces(workspaces),
              *AccessLevel::parse(level),
              1,
              Timestamp(),
              Timestamp()};
}

TEST(AccessLevel, RefusesWhatIsOutsideItsBounds) {
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{101},
        std::int64_t{4'294'967'296}, std::numeric_limits<std::int64_t>::max()}) {
    const auto level = AccessLevel::parse(value);
    ASSERT_FALSE(level) << value;
    EXPECT_EQ(level.error().code, ErrorCode::invalid_argument);
  }
}

TEST(AccessLevel, TakesZeroToAHundred) {
  for (const int value : {0, 1, 99, 100}) {
    EXPECT_EQ(AccessLevel::parse(value).value().value(), value);
  }
  EXPECT_EQ(AccessLevel().value(), 0);
  EXPECT_LT(*AccessLevel::parse(9), *AccessLevel::parse(10));
}

TEST(Grants, AreTheUnionOfAllRolesAndTheHighestLevel) {
  Grants all;
  all.add(role("a.read b.*", "berlin", 20));
  all.add(role("a.read c", "oslo berlin", 10));
  EXPECT_EQ(all.permissions.text(), "a.read b.* c");
  EXPECT_EQ(to_text(all.workspaces), "berlin oslo");
  EXPECT_EQ(all.level.value(), 20);
}

TEST(Grants, AreNothingWithoutARole) {
  const Grants none;
  EXPECT_TRUE(none.permissions.empty());
  EXPECT_TRUE(none.workspaces.empty());
  EXPECT_EQ(none.level.value(), 0);
}

Role role_of(std::string_view name, const std::string& permissions) {
  return Role{.id = Uuid(),
              .name = *RoleName::parse(name),
              .permissions = *PermissionSet::parse(permissions),
              .workspaces = {},
              .level = {},
              .created_at = {},
              .updated_at = {}};
}

/// `count` different permissions of 32 bytes, with the space between them.
std::string many_permissions(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(100'000 + i);
    text += (text.empty() ? "" : " ") + std::string(25, 'p') + number;
  }
  return text;
}

TEST(FitsToken, RefusesMoreThanARequestCanCarry) {
  const auto one = check_fits_token({role_of("large", many_permissions(200))});
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().code, ErrorCode::conflict);
  std::vector<Role> many;
  many.reserve(100);
  for (int i = 0; i < 100; ++i)
    many.push_back(role_of(std::string(40, 'r') + std::to_string(i), ""));
  EXPECT_FALSE(check_fits_token(many));
}

TEST(FitsToken, CountsASharedPermissionOnce) {
  const std::string permissions = many_permissions(100);
  EXPECT_TRUE(check_fits_token({role_of("one", permissions), role_of("two", permissions)}));
  EXPECT_TRUE(check_fits_token({}));
}

struct GiveCase {
  std::string what;
  Grants own;
  Grants given;
};

TEST(MayGive, NobodyWhatTheyDoNotHave) {
  const std::vector<GiveCase> cases = {
      {"nothing to give", grants("", 0), grants("a", 0)},
      {"another permission", grants("a", 100), grants("b", 0)},
      {"one of several missing", grants("a b", 100), grants("a b c", 0)},
      {"everything", grants("a.*", 100), grants("*", 0)},
      {"a star for what is held without", grants("a.read a.write", 100), grants("a.*", 0)},
      {"the parent", grants("a.*", 100), grants("a", 0)},
      {"a level above", grants("*", 10), grants("a", 11)},
      {"a level, with no permission", grants("", 10), grants("", 11)},
  };
  for (const GiveCase& row : cases) {
    SCOPED_TRACE(row.what);
    const auto checked = check_may_give(row.own, row.given);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::permission_denied);
  }
}

TEST(MayGive, NamesWhatIsMissing) {
  const auto permission = check_may_give(grants("a", 0), grants("a b.read", 0));
  ASSERT_FALSE(permission);
  EXPECT_NE(permission.error().message.find("b.read"), std::string::npos);
  const auto level = check_may_give(grants("a", 7), grants("a", 42));
  ASSERT_FALSE(level);
  EXPECT_NE(level.error().message.find("42"), std::string::npos);
}

TEST(MayGive, EverybodyWhatTheyHave) {
  const std::vector<GiveCase> cases = {
      {"nothing", grants("", 0), grants("", 0)},
      {"the same", grants("a b.*", 10), grants("a b.*", 10)},
      {"less", grants("a b.*", 10), grants("b.read", 9)},
      {"anything, with everything", grants("*", 100), grants("* a.* b.read", 100)},
  };
  for (const GiveCase& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_TRUE(check_may_give(row.own, row.given));
  }
}

}  // namespace
}  // namespace ptkl
