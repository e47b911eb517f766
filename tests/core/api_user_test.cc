#include "core/api_user.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

using namespace std::chrono_literals;

const Timestamp kTime = from_unix_millis(1'700'000'000'000);

ClientCredential secret_used_at(std::optional<Timestamp> time) {
  return ClientCredential{.id = *CredentialId::parse("0000000000A"),
                          .api_user = Uuid(),
                          .verifier = SharedSecret{{}, ""},
                          .label = "",
                          .slot = {},
                          .created_at = kTime,
                          .expires_at = {},
                          .works_until = {},
                          .revoked_at = {},
                          .last_used_at = time,
                          .last_used_from = ""};
}

ApiUserDetails details() {
  return ApiUserDetails{
      ApiUser{Uuid(), *Username::parse("ci-bot"), "", ApiUserStatus::active, 1, kTime, kTime},
      {},
      {}};
}

TEST(ApiUserStatus, RefusesUnknownWords) {
  for (const std::string text : {"", "Active", "active ", "enabled", "deleted", "0"}) {
    const auto status = parse_api_user_status(text);
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().code, ErrorCode::invalid_argument);
  }
}

TEST(ApiUserStatus, IsReadAsItWasWritten) {
  for (const ApiUserStatus status : {ApiUserStatus::active, ApiUserStatus::disabled}) {
    EXPECT_EQ(parse_api_user_status(to_text(status)).value(), status);
  }
}

TEST(ApiUserDetails, WasNeverUsedWithoutAUsedSecret) {
  ApiUserDetails user = details();
  EXPECT_EQ(user.last_used_at(), std::nullopt);
  user.secrets = {secret_used_at(std::nullopt)};
  EXPECT_EQ(user.last_used_at(), std::nullopt);
}

TEST(ApiUserDetails, WasUsedWhenItsLastUsedSecretWas) {
  ApiUserDetails user = details();
  user.secrets = {secret_used_at(kTime), secret_used_at(kTime + 1s), secret_used_at(std::nullopt)};
  EXPECT_EQ(user.last_used_at(), kTime + 1s);
}

TEST(ApiUserDetails, HasTheUnionOfTheRightsOfItsRoles) {
  ApiUserDetails user = details();
  EXPECT_TRUE(user.grants().permissions.empty());
  for (const std::string permission : {"a.read", "b.*"}) {
    user.roles.push_back(Role{Uuid(),
                              *RoleName::parse("role"),
                              *PermissionSet::parse(permission),
                              {},
                              *AccessLevel::parse(5),
                              1,
                              kTime,
                              kTime});
  }
  EXPECT_EQ(user.grants().permissions.text(), "a.read b.*");
  EXPECT_EQ(user.grants().level.value(), 5);
}

}  // namespace
}  // namespace ptkl
