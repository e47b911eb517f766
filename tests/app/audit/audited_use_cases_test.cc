// Every use case that makes a change writes one audit event, in the same transaction.
#include <functional>

#include <gtest/gtest.h>

#include "app/api_users/overlap_expiry.h"
#include "app/audit/record.h"
#include "app/oauth/tokens.h"
#include "app/projects/key_maintenance.h"
#include "app/projects/key_rotation.h"
#include "support/failing_audit_store.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::TestApp;
using testing::username;

/// A project with the entities that the use cases need, and all secrets that were shown.
struct UseCaseScene {
  TestApp app;
  Actor owner = app.owner();
  Role role = app.make_role("deployer", "deploy.*", 10);
  ApiUserDetails bot = app.make_api_user("ci-bot", {role});
  CreatedSecret secret = app.make_secret(bot);
  SecretString token = app.token_of("ci-bot", secret.secret.text());
};

using Run = std::function<bool(UseCaseScene&, const AppContext&)>;

UpdateApiUser disabled() {
  return {.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
}

CreateSecret labelled() {
  CreateSecret request;
  request.label = "ci";
  return request;
}

CreateSecret overlapping() {
  CreateSecret request;
  request.overlap = std::chrono::hours(1);
  return request;
}

struct UseCaseRow {
  const char* what;
  std::string_view action;
  const char* target_type;
  AuditActorKind actor;
  Run run;
};

// clang-format off
const UseCaseRow kUseCaseRows[] = {
    {"create an API user", audit_actions::kApiUserCreated, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return create_api_user(p, s.owner, {username("new"), "x", {s.role.id}}).has_value();
     }},
    {"describe an API user", audit_actions::kApiUserEdited, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       const UpdateApiUser change{.description = "y", .status = {}, .roles = {}};
       return update_api_user(p, s.owner, s.bot.user.id, change, {}).has_value();
     }},
    {"disable an API user", audit_actions::kApiUserEdited, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return update_api_user(p, s.owner, s.bot.user.id, disabled(), {}).has_value();
     }},
    {"take a role off", audit_actions::kApiUserEdited, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       const UpdateApiUser change{.description = {}, .status = {}, .roles = std::vector<Uuid>()};
       return update_api_user(p, s.owner, s.bot.user.id, change, {}).has_value();
     }},
    {"delete an API user", audit_actions::kApiUserDeleted, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return delete_api_user(p, s.owner, s.bot.user.id, {}).has_value();
     }},
    {"make a secret", audit_actions::kSecretCreated, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return create_secret(p, s.owner, s.bot.user.id, labelled()).has_value();
     }},
    {"make a secret with an overlap", audit_actions::kSecretCreated, "api_user",
     AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return create_secret(p, s.owner, s.bot.user.id, overlapping()).has_value();
     }},
    {"revoke all secrets", audit_actions::kSecretRevoked, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return revoke_secrets(p, s.owner, s.bot.user.id).has_value();
     }},
    {"revoke one secret", audit_actions::kSecretRevoked, "api_user", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return revoke_secret(p, s.owner, s.bot.user.id, s.secret.record.id).has_value();
     }},
    {"create a role", audit_actions::kRoleCreated, "role", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return create_role(p, s.owner, {*RoleName::parse("new"), {}, {}, {}}).has_value();
     }},
    {"edit a role", audit_actions::kRoleEdited, "role", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       const UpdateRole change{.permissions = {}, .workspaces = {},
                               .level = testing::access_level(5)};
       return update_role(p, s.owner, s.role.id, change, {}).has_value();
     }},
    {"delete a role", audit_actions::kRoleDeleted, "role", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return delete_role(p, s.owner, s.role.id, {}).has_value();
     }},
    {"schedule a key", audit_actions::kSigningKeyScheduled, "signing_key",
     AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return rotate_signing_key(p, s.owner, {}).has_value();
     }},
    {"rotate a key", audit_actions::kSigningKeyRotated, "signing_key", AuditActorKind::api_user,
     [](UseCaseScene& s, const AppContext& p) {
       return rotate_signing_key(p, s.owner, {.algorithm = {}, .mode = RotationMode::now})
           .has_value();
     }},
};
// clang-format on

TEST(AuditedUseCases, RecordOneEventEach) {
  for (const UseCaseRow& row : kUseCaseRows) {
    SCOPED_TRACE(row.what);
    UseCaseScene scene;
    const std::size_t before = scene.app.audit_events().size();
    ASSERT_TRUE(row.run(scene, scene.app.context()));
    const auto events = scene.app.audit_events();
    ASSERT_EQ(events.size(), before + 1);
    const AuditEvent& event = events.back();
    EXPECT_EQ(event.action, row.action);
    EXPECT_EQ(event.target.type, row.target_type);
    EXPECT_FALSE(event.target.id.empty());
    EXPECT_EQ(event.actor.kind, row.actor);
    EXPECT_FALSE(event.actor.credential.empty());
    EXPECT_EQ(event.outcome, AuditOutcome::success);
    EXPECT_FALSE(event.before.empty() && event.after.empty());
    EXPECT_NE(event.before, event.after);
  }
}

TEST(AuditedUseCases, ChangeNothingWhenTheEventCannotBeWritten) {
  for (const UseCaseRow& row : kUseCaseRows) {
    SCOPED_TRACE(row.what);
    UseCaseScene scene;
    testing::FailingAuditStore failing(*scene.app.store);
    const std::size_t before = scene.app.audit_events().size();
    EXPECT_FALSE(row.run(scene, scene.app.ports_over(failing)));
    EXPECT_EQ(scene.app.audit_events().size(), before);
    // After a partial change this would find nothing to change, or a name in use.
    ASSERT_TRUE(row.run(scene, scene.app.context()));
    EXPECT_EQ(scene.app.audit_events().size(), before + 1);
  }
}

TEST(AuditedUseCases, RecordNoEventWithoutAChange) {
  UseCaseScene scene;
  const AppContext context = scene.app.context();
  const Uuid bot = scene.bot.user.id;
  const UpdateApiUser same{.description = "", .status = ApiUserStatus::active, .roles = {}};
  ASSERT_TRUE(revoke_secrets(context, scene.owner, bot));
  const std::size_t before = scene.app.audit_events().size();
  EXPECT_TRUE(update_api_user(context, scene.owner, bot, same, {}));
  EXPECT_TRUE(revoke_secrets(context, scene.owner, bot));
  EXPECT_TRUE(update_role(context, scene.owner, scene.role.id, {}, {}));
  EXPECT_TRUE(preview_role_deletion(context, scene.owner, scene.role.id, {}));
  EXPECT_FALSE(delete_role(context, scene.owner, testing::unknown_uuid(), {}));
  const ClaimedClient caller{"acme", "", {"192.0.2.7", "request-7"}};
  EXPECT_TRUE(revoke_token(context, caller, scene.token.reveal()));
  run_key_maintenance(context);
  EXPECT_EQ(scene.app.audit_events().size(), before);
}

TEST(AuditedUseCases, RecordARepeatedRotationOnce) {
  UseCaseScene scene;
  ASSERT_TRUE(rotate_signing_key(scene.app.context(), scene.owner, {}));
  const std::size_t before = scene.app.audit_events().size();
  ASSERT_TRUE(rotate_signing_key(scene.app.context(), scene.owner, {}));
  EXPECT_EQ(scene.app.audit_events().size(), before);
}

TEST(AuditedUseCases, RecordTheStateBeforeAndAfter) {
  UseCaseScene scene;
  ASSERT_TRUE(update_api_user(scene.app.context(), scene.owner, scene.bot.user.id, disabled(), {}));
  const AuditEvent event = scene.app.audit_events().back();
  EXPECT_EQ(event.before, R"({"description":"","roles":["deployer"],"status":"active",)"
                          R"("username":"ci-bot"})");
  EXPECT_EQ(event.after, R"({"description":"","roles":["deployer"],"status":"disabled",)"
                         R"("username":"ci-bot"})");
  EXPECT_EQ(event.target.name, "ci-bot");
  EXPECT_EQ(event.target.id, scene.bot.user.id.text());
}

TEST(AuditedUseCases, BeginWithTheProject) {
  TestApp app;
  const AuditEvent event = app.audit_events().front();
  EXPECT_EQ(event.number, 1);
  EXPECT_EQ(event.action, audit_actions::kProjectCreated);
  EXPECT_EQ(event.actor.kind, AuditActorKind::system);
  EXPECT_EQ(event.target.name, "acme");
}

TEST(AuditedUseCases, RecordWhatTheServerDoesByItself) {
  UseCaseScene scene;
  const AppContext context = scene.app.context();
  ASSERT_TRUE(create_secret(context, scene.owner, scene.bot.user.id, overlapping()));
  scene.app.clock.advance(std::chrono::hours(2));
  ASSERT_TRUE(end_overlaps(context, context.clock.now()));
  AuditEvent event = scene.app.audit_events().back();
  EXPECT_EQ(event.action, audit_actions::kOverlapEnded);
  EXPECT_EQ(event.actor.kind, AuditActorKind::system);
  EXPECT_EQ(event.target.name, "ci-bot");
  EXPECT_EQ(event.after, R"({"ended_by":"time"})");
  scene.app.clock.advance(std::chrono::days(91));
  run_key_maintenance(context);
  event = scene.app.audit_events().back();
  EXPECT_EQ(event.action, audit_actions::kSigningKeyRotated);
  EXPECT_EQ(event.actor.kind, AuditActorKind::system);
  scene.app.clock.advance(std::chrono::days(2));
  run_key_maintenance(context);
  EXPECT_EQ(scene.app.audit_events().back().action, audit_actions::kSigningKeyDeleted);
}

TEST(AuditedUseCases, HoldNoSecret) {
  for (const UseCaseRow& row : kUseCaseRows) {
    SCOPED_TRACE(row.what);
    UseCaseScene scene;
    ASSERT_TRUE(row.run(scene, scene.app.context()));
    const std::string key = std::string(scene.secret.secret.text().reveal()).substr(17);
    for (const AuditEvent& event : scene.app.audit_events()) {
      const std::string text = to_json(event);
      EXPECT_EQ(text.find("ptkl_"), std::string::npos) << text;
      EXPECT_EQ(text.find(key), std::string::npos) << text;
      EXPECT_EQ(text.find("eyJ"), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace ptkl::app
