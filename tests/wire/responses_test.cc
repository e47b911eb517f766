#include "wire/responses.h"

#include <gtest/gtest.h>

#include "base/random_source.h"
#include "wire/json.h"

namespace ptkl::wire {
namespace {

using namespace std::chrono_literals;

const Timestamp kCreated = *parse_rfc3339("2026-01-02T03:04:05.006Z");
const Timestamp kNow = kCreated + 1h;
const Uuid kUserId = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b");
const Uuid kRoleId = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c");

class SameBytes final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = 7;
  }
};

std::string text_of(const boost::json::object& object) { return to_text(object); }

ApiUser sample_user() {
  return ApiUser{kUserId,
                 *Username::parse("ci-bot"),
                 "builds \"all\"",
                 ApiUserStatus::active,
                 3,
                 kCreated,
                 kCreated + 1min};
}

ClientCredential sample_record() {
  ClientCredential record{.id = *CredentialId::parse("0000000000A"),
                          .api_user = kUserId,
                          .verifier = SharedSecret{{}, "wxyz"},
                          .label = "blue",
                          .slot = {},
                          .created_at = kCreated,
                          .expires_at = {},
                          .works_until = {},
                          .revoked_at = {},
                          .last_used_at = {},
                          .last_used_from = ""};
  return record;
}

Role sample_role() {
  return Role{kRoleId,
              *RoleName::parse("Deployer"),
              *PermissionSet::parse("components.* deployments.read"),
              *parse_workspaces("berlin oslo"),
              *AccessLevel::parse(20),
              1,
              kCreated,
              kCreated + 2min};
}

TEST(SecretResponse, ShowsNeitherHashNorSlot) {
  const boost::json::object secret = to_json(sample_record(), kNow);
  EXPECT_FALSE(secret.contains("hash"));
  EXPECT_FALSE(secret.contains("slot"));
  EXPECT_FALSE(secret.contains("secret"));
}

TEST(SecretResponse, HasNullForAbsentTimes) {
  EXPECT_EQ(text_of(to_json(sample_record(), kNow)),
            R"({"id":"0000000000A","hint":"wxyz","label":"blue","status":"current",)"
            R"("created_at":"2026-01-02T03:04:05.006Z","expires_at":null,"works_until":null,)"
            R"("revoked_at":null,"last_used_at":null,"last_used_from":null,)"
            R"("replaced_at":null,"until_idle_seconds":null,"in_use":null})");
}

TEST(SecretResponse, ShowsEveryTime) {
  ClientCredential record = sample_record();
  record.expires_at = kCreated + 24h;
  record.works_until = kCreated + 2h;
  record.last_used_at = kCreated + 1s;
  record.last_used_from = "192.0.2.7";
  record.replaced_at = kCreated + 1s;
  record.until_idle = 90s;
  EXPECT_EQ(text_of(to_json(record, kNow)),
            R"({"id":"0000000000A","hint":"wxyz","label":"blue","status":"overlapping",)"
            R"("created_at":"2026-01-02T03:04:05.006Z","expires_at":"2026-01-03T03:04:05.006Z",)"
            R"("works_until":"2026-01-02T05:04:05.006Z","revoked_at":null,)"
            R"("last_used_at":"2026-01-02T03:04:06.006Z","last_used_from":"192.0.2.7",)"
            R"("replaced_at":"2026-01-02T03:04:06.006Z","until_idle_seconds":90,"in_use":true})");
}

TEST(ApiUserResponse, ShowsRolesByNameAndSecrets) {
  ClientCredential used = sample_record();
  used.last_used_at = kCreated + 1s;
  const ApiUserDetails details{sample_user(), {sample_role()}, {used}};
  EXPECT_EQ(text_of(to_json(details, kNow)),
            R"({"uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b","username":"ci-bot",)"
            R"("description":"builds \"all\"","status":"active",)"
            R"("roles":[{"uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c","name":"Deployer"}],)"
            R"("secrets":[)" +
                text_of(to_json(used, kNow)) +
                R"(],"created_at":"2026-01-02T03:04:05.006Z",)"
                R"("updated_at":"2026-01-02T03:05:05.006Z",)"
                R"("last_used_at":"2026-01-02T03:04:06.006Z"})");
}

TEST(ApiUserResponse, HasEmptyListsWithoutRolesAndSecrets) {
  ApiUserDetails details{sample_user(), {}, {}};
  details.user.status = ApiUserStatus::disabled;
  const boost::json::object object = to_json(details, kNow);
  EXPECT_EQ(object.at("roles"), boost::json::array());
  EXPECT_EQ(object.at("secrets"), boost::json::array());
  EXPECT_EQ(object.at("status"), "disabled");
  EXPECT_TRUE(object.at("last_used_at").is_null());
}

TEST(RoleResponse, ShowsPermissionsWorkspacesAndLevel) {
  EXPECT_EQ(text_of(to_json(sample_role())),
            R"({"uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c","name":"Deployer",)"
            R"("permissions":["components.*","deployments.read"],)"
            R"("workspaces":["berlin","oslo"],"level":20,)"
            R"("created_at":"2026-01-02T03:04:05.006Z","updated_at":"2026-01-02T03:06:05.006Z",)"
            R"("pending_status_updates":0})");
}

TEST(PendingStatusUpdateResponse, NamesTheRoleAndTheProgress) {
  const RightsChange change{.version = 9,
                            .role = sample_role().id,
                            .role_name = "Deployer",
                            .role_deleted = true,
                            .started_at = kCreated,
                            .holders = 300,
                            .remaining = 200,
                            .worker = "w"};
  EXPECT_EQ(text_of(to_json(change)),
            R"({"role":{"uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c","name":"Deployer",)"
            R"("deleted":true},"pending_status_updates":200,"total":300,)"
            R"("started_at":"2026-01-02T03:04:05.006Z"})");
}

TEST(NewSecretResponse, HoldsTheSecretOnce) {
  SameBytes source;
  CreatedSecret created{sample_user(),
                        Secret::make(source),
                        sample_record(),
                        {{*CredentialId::parse("0000000000B"), kCreated + 2h, 90s}}};
  created.record.expires_at = kCreated + 24h;
  const SecretString text = to_text(created);
  EXPECT_EQ(text.reveal(),
            R"({"uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b","username":"ci-bot","secret":")" +
                std::string(created.secret.text().reveal()) +
                R"(","secret_id":"0000000000A","created_at":"2026-01-02T03:04:05.006Z",)"
                R"("expires_at":"2026-01-03T03:04:05.006Z",)"
                R"("replaced":[{"secret_id":"0000000000B",)"
                R"("works_until":"2026-01-02T05:04:05.006Z","until_idle_seconds":90}]})");
  EXPECT_TRUE(parse_json(text.reveal()));
}

TEST(NewSecretResponse, HasNullAndAnEmptyListForAFirstSecret) {
  SameBytes source;
  const CreatedSecret created{sample_user(), Secret::make(source), sample_record(), {}};
  const auto value = parse_json(to_text(created).reveal());
  ASSERT_TRUE(value);
  EXPECT_TRUE(value->at("expires_at").is_null());
  EXPECT_EQ(value->at("replaced"), boost::json::array());
}

TEST(RevokeResponse, ListsRevokedSecrets) {
  ClientCredential revoked = sample_record();
  revoked.revoked_at = kNow;
  const ClientCredential used = sample_record();
  const std::vector<RevokedSecret> secrets = {{revoked, std::nullopt}, {used, kCreated + 1h}};
  boost::json::object first = to_json(revoked, kNow);
  first["last_token_expires_at"] = nullptr;
  boost::json::object second = to_json(used, kNow);
  second["last_token_expires_at"] = "2026-01-02T04:04:05.006Z";
  EXPECT_EQ(text_of(to_revoked(secrets, kNow)),
            R"({"revoked":[)" + text_of(first) + "," + text_of(second) + "]}");
  EXPECT_EQ(to_json(revoked, kNow).at("status"), "revoked");
  EXPECT_EQ(text_of(to_revoked({}, kNow)), R"({"revoked":[]})");
}

TEST(WhoAmIResponse, ShowsTheGrantsOfAllRoles) {
  const ProjectName project = *ProjectName::parse("acme");
  const Principal bot{PrincipalKind::api_user, sample_user().id, "ci-bot"};
  const std::vector<Role> roles = {sample_role()};
  Grants grants;
  grants.add(roles.front());
  EXPECT_EQ(text_of(to_json(WhoAmI{project, bot, roles, grants, kNow})),
            R"({"project":"acme","kind":"api_user",)"
            R"("uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b",)"
            R"("username":"ci-bot",)"
            R"("roles":[{"uuid":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c","name":"Deployer"}],)"
            R"("permissions":["components.*","deployments.read"],)"
            R"("workspaces":["berlin","oslo"],"level":20,)"
            R"("token_expires_at":"2026-01-02T04:04:05.006Z"})");
}

TEST(TokenResponse, HasTheMembersOfTheRfc) {
  const SecretString token(std::string_view("abc.def-_.ghi"));
  EXPECT_EQ(to_text(TokenAnswer{token, 3600s, "a.read b.*"}).reveal(),
            R"({"access_token":"abc.def-_.ghi","token_type":"Bearer","expires_in":3600,)"
            R"("scope":"a.read b.*"})");
}

TEST(JwksResponse, ListsThePublicKeys) {
  SigningKey one;
  one.wrapped_key = "v1.private";
  one.public_jwk = R"({"kid":"1"})";
  SigningKey two = one;
  two.public_jwk = R"({"kid":"2"})";
  EXPECT_EQ(to_jwks({}), R"({"keys":[]})");
  EXPECT_EQ(to_jwks(std::vector{one}), R"({"keys":[{"kid":"1"}]})");
  EXPECT_EQ(to_jwks(std::vector{one, two}), R"({"keys":[{"kid":"1"},{"kid":"2"}]})");
}

TEST(SigningKeyResponse, HidesThePrivateKey) {
  SigningKeyDetails key;
  key.key.kid = "the-kid";
  key.key.wrapped_key = "wrapped";
  EXPECT_EQ(to_text(to_json(key)).find("wrapped"), std::string::npos);
}

TEST(SigningKeyResponse, HasNullForAbsentTimes) {
  const auto shown = to_json(SigningKeyDetails{});
  for (const char* time : {"activates_at", "activated_at", "retired_at", "published_until"}) {
    EXPECT_TRUE(shown.at(time).is_null()) << time;
  }
}

TEST(SigningKeyResponse, ShowsHowLongARetiredKeyIsPublished) {
  SigningKeyDetails key;
  key.status = SigningKeyStatus::retired;
  key.retired_at = from_unix_millis(0);
  const auto shown = to_json(key);
  EXPECT_EQ(shown.at("status").as_string(), "retired");
  EXPECT_EQ(shown.at("algorithm").as_string(), "ES256");
  EXPECT_EQ(shown.at("published_until").as_string(), "1970-01-02T00:05:00.000Z");
}

}  // namespace
}  // namespace ptkl::wire
