#include "core/role.h"

#include <limits>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

Grants grants(std::string_view permissions, std::int64_t level, std::string_view workspaces = "") {
  return Grants{*PermissionSet::parse(permissions), *parse_workspaces(workspaces),
                *AccessLevel::parse(level)};
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

TEST(AccessLevel, RefusesValuesOutOfBounds) {
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

TEST(Grants, AreEmptyWithoutRoles) {
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

TEST(CheckFitsToken, RefusesMoreThanARequestCanCarry) {
  const auto one = check_fits_token({role_of("large", many_permissions(200))});
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().code, ErrorCode::conflict);
  std::vector<Role> many;
  many.reserve(100);
  for (int i = 0; i < 100; ++i)
    many.push_back(role_of(std::string(40, 'r') + std::to_string(i), ""));
  EXPECT_FALSE(check_fits_token(many));
}

TEST(CheckFitsToken, CountsASharedPermissionOnce) {
  const std::string permissions = many_permissions(100);
  EXPECT_TRUE(check_fits_token({role_of("one", permissions), role_of("two", permissions)}));
  EXPECT_TRUE(check_fits_token({}));
}

struct GrantsCase {
  std::string what;
  Grants own;
  Grants other;
};

/// Rights that can neither be given nor taken.
std::vector<GrantsCase> stronger_grants() {
  return {
      {"nothing to give", grants("", 0), grants("a", 0)},
      {"another permission", grants("a", 100), grants("b", 0)},
      {"one of several missing", grants("a b", 100), grants("a b c", 0)},
      {"everything", grants("a.*", 100), grants("*", 0)},
      {"a star for what is held without", grants("a.read a.write", 100), grants("a.*", 0)},
      {"the parent", grants("a.*", 100), grants("a", 0)},
      {"a level above", grants("*", 10), grants("a", 11)},
      {"a level, with no permission", grants("", 10), grants("", 11)},
  };
}

/// Rights with the same workspaces on both sides, or none.
std::vector<GrantsCase> weaker_grants() {
  return {
      {"nothing", grants("", 0), grants("", 0)},
      {"the same", grants("a b.*", 10, "eu us"), grants("a b.*", 10, "eu us")},
      {"less", grants("a b.*", 10, "eu us"), grants("b.read", 9, "us")},
      {"anything, with everything", grants("*", 100), grants("* a.* b.read", 100)},
  };
}

void expect_denied(const Result<void>& checked) {
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::permission_denied);
}

void expect_named(const Result<void>& refused, std::string_view missing) {
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(missing), std::string::npos) << refused.error().message;
}

TEST(CheckMayGive, RefusesRightsThatTheCallerLacks) {
  for (const GrantsCase& row : stronger_grants()) {
    SCOPED_TRACE(row.what);
    expect_denied(check_may_assign(row.own, row.other));
  }
}

TEST(CheckMayGive, RefusesAWorkspaceThatTheCallerLacks) {
  const std::vector<GrantsCase> cases = {
      {"none of its own", grants("a", 100), grants("a", 0, "eu")},
      {"another", grants("a", 100, "us"), grants("a", 0, "eu")},
      {"one of several missing", grants("a", 100, "eu us"), grants("a", 0, "eu oslo us")},
      {"a longer name", grants("a", 100, "eu"), grants("a", 0, "eu-west")},
      {"a shorter name", grants("a", 100, "eu-west"), grants("a", 0, "eu")},
      {"another case", grants("a", 100, "eu"), grants("a", 0, "EU")},
      {"without any permission", grants("", 0), grants("", 0, "eu")},
      {"a wildcard that is not *", grants("a.* b.*", 100), grants("a.read", 0, "eu")},
  };
  for (const GrantsCase& row : cases) {
    SCOPED_TRACE(row.what);
    expect_denied(check_may_assign(row.own, row.other));
  }
}

TEST(CheckMayGive, NamesWhatIsMissing) {
  expect_named(check_may_assign(grants("a", 0), grants("a b.read", 0)), "permission b.read");
  expect_named(check_may_assign(grants("a", 7), grants("a", 42)), "level 42");
  expect_named(check_may_assign(grants("a", 7, "eu"), grants("a", 7, "eu oslo")), "workspace oslo");
}

TEST(CheckMayGive, AllowsTheRightsThatTheCallerHas) {
  for (const GrantsCase& row : weaker_grants()) {
    SCOPED_TRACE(row.what);
    EXPECT_TRUE(check_may_assign(row.own, row.other));
  }
}

TEST(CheckMayGive, AllowsAnyWorkspaceToCallersWithStar) {
  EXPECT_TRUE(check_may_assign(grants("*", 10), grants("a", 10, "eu us")));
  EXPECT_TRUE(check_may_assign(grants("*", 10, "us"), grants("*", 10, "eu")));
  expect_denied(check_may_assign(grants("*", 10), grants("a", 11, "eu")));
}

TEST(CheckMayTakeFrom, RefusesStrongerTargets) {
  for (const GrantsCase& row : stronger_grants()) {
    SCOPED_TRACE(row.what);
    expect_denied(check_may_remove_from(row.own, row.other, "user"));
  }
}

TEST(CheckMayTakeFrom, NamesTheTargetAndWhatIsMissing) {
  const auto permission = check_may_remove_from(grants("a", 0), grants("b.read", 0), "API user");
  expect_named(permission, "API user");
  expect_named(permission, "permission b.read");
  expect_named(check_may_remove_from(grants("a", 7), grants("a", 42), "user"), "user has level 42");
}

TEST(CheckMayTakeFrom, AllowsTargetsWithoutMoreRights) {
  for (const GrantsCase& row : weaker_grants()) {
    SCOPED_TRACE(row.what);
    EXPECT_TRUE(check_may_remove_from(row.own, row.other, "user"));
  }
}

TEST(CheckMayTakeFrom, DoesNotCompareWorkspaces) {
  EXPECT_TRUE(check_may_remove_from(grants("a", 1, "us"), grants("a", 1, "eu oslo"), "user"));
}

}  // namespace
}  // namespace ptkl
