// Every use case of user management writes one audit event, in the same transaction.
#include <functional>

#include <gtest/gtest.h>

#include "app/access/auth_events.h"
#include "app/oauth/tokens.h"
#include "support/failing_audit_store.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::TestApp;

struct Scene {
  TestApp app;
  Actor owner = app.owner();
  Role role = app.make_role("reader", "components.read");
  UserDetails alice = app.make_user("alice@example.com", {role});
  SecretString link = app.invite("bob@example.com", {role});
  Uuid bob = *find_bob();
  SecretString token = std::move(app.login("alice@example.com")->access_token);

  std::optional<Uuid> find_bob() {
    std::optional<Uuid> id;
    testing::expect_done(app.store->read([&](Transaction& transaction) -> Result<void> {
      id = testing::expect_done(
          transaction.users().find_id(app.acme->project.id, testing::email("bob@example.com")));
      return {};
    }));
    return id;
  }
};

struct Row {
  std::string_view action;
  const char* target;
  AuditActorKind actor;
  std::function<bool(Scene&, const AppContext&)> run;
};

// clang-format off
const Row kRows[] = {
    {audit_actions::kInvitationCreated, "carol@example.com", AuditActorKind::api_user,
     [](Scene& s, const AppContext& p) {
       return invite_user(p, s.owner, {testing::email("carol@example.com"), {}}).has_value();
     }},
    {audit_actions::kInvitationRenewed, "bob@example.com", AuditActorKind::api_user,
     [](Scene& s, const AppContext& p) {
       return invite_user(p, s.owner, {testing::email("bob@example.com"), {}}).has_value();
     }},
    {audit_actions::kInvitationWithdrawn, "bob@example.com", AuditActorKind::api_user,
     [](Scene& s, const AppContext& p) { return delete_user(p, s.owner, s.bob, {}).has_value(); }},
    {audit_actions::kUserDeleted, "alice@example.com", AuditActorKind::api_user,
     [](Scene& s, const AppContext& p) {
       return delete_user(p, s.owner, s.alice.user.id, {}).has_value();
     }},
    {audit_actions::kInvitationAccepted, "bob@example.com", AuditActorKind::user,
     [](Scene& s, const AppContext& p) {
       return accept_invitation(p, {s.link.clone(), SecretString(testing::kPassword),
                                    {"192.0.2.7", "request-7"}}).has_value();
     }},
    {audit_actions::kSessionStarted, "alice@example.com", AuditActorKind::user,
     [](Scene&, const AppContext& p) {
       return login(p, {"acme", testing::email("alice@example.com"),
                          SecretString(testing::kPassword), {"192.0.2.7", "request-7"}})
           .has_value();
     }},
    {audit_actions::kTokenRevoked, "alice@example.com", AuditActorKind::user,
     [](Scene& s, const AppContext& p) {
       const ClaimedClient caller{"acme", "", {"192.0.2.7", "request-7"}};
       return revoke_token(p, caller, s.token.reveal()).has_value();
     }},
};
// clang-format on

TEST(AuditedUsers, RecordOneEventForEachChange) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.action);
    Scene scene;
    const std::size_t before = scene.app.audit_events().size();
    ASSERT_TRUE(row.run(scene, scene.app.context()));
    const auto events = scene.app.audit_events();
    ASSERT_EQ(events.size(), before + 1);
    const AuditEvent& event = events.back();
    EXPECT_EQ(event.action, row.action);
    EXPECT_EQ(event.target.name, row.target);
    EXPECT_EQ(event.actor.kind, row.actor);
    EXPECT_EQ(event.outcome, AuditOutcome::success);
    EXPECT_NE(event.before, event.after);
  }
}

TEST(AuditedUsers, ChangeNothingWhenTheEventCannotBeWritten) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.action);
    Scene scene;
    testing::FailingAuditStore failing(*scene.app.store);
    const std::size_t before = scene.app.audit_events().size();
    EXPECT_FALSE(row.run(scene, scene.app.ports_over(failing)));
    EXPECT_EQ(scene.app.audit_events().size(), before);
    // After a partial change this would find nothing to change, or an existing user.
    ASSERT_TRUE(row.run(scene, scene.app.context()));
    EXPECT_EQ(scene.app.audit_events().back().action, row.action);
  }
}

TEST(AuditedUsers, RecordNoPasswordAndNoToken) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.action);
    Scene scene;
    ASSERT_TRUE(row.run(scene, scene.app.context()));
    for (const AuditEvent& event : scene.app.audit_events()) {
      const std::string text = to_json(event);
      for (const char* secret : {"ptkli_", "argon2", "correct horse", "eyJ"}) {
        EXPECT_EQ(text.find(secret), std::string::npos) << text;
      }
    }
  }
}

TEST(AuditedUsers, RecordTheSessionOfAChange) {
  Scene scene;
  const AuditEvent started = scene.app.audit_events().back();
  EXPECT_EQ(started.action, audit_actions::kSessionStarted);
  const auto actor = authenticate(scene.app.context(), "acme", scene.token.reveal());
  ASSERT_TRUE(actor);
  EXPECT_EQ(started.actor.credential, actor->credential);
  EXPECT_EQ(started.source_address, "192.0.2.7");
  EXPECT_EQ(started.request_id, "request-1");
}

/// Keeps the failures that are reported to it.
class Observer final : public AuthEventSink {
 public:
  void refused(const AuthFailure& attempt) override {
    told.push_back(std::string(to_text(attempt.kind)) + ' ' + std::string(to_text(attempt.reason)) +
                   ' ' + std::string(attempt.claimed) +
                   (attempt.is_answered_with_429 ? " throttled" : ""));
  }
  void issued(const TokenIssue&) override { told.emplace_back("issued"); }

  std::vector<std::string> told;
};

TEST(AuditedUsers, ReportFailuresToTheEventSinksOnly) {
  Scene scene;
  Observer observer;
  AppContext context = scene.app.context();
  context.auth_event_sinks = {&observer};
  const std::size_t before = scene.app.audit_events().size();
  for (const char* email : {"alice@example.com", "bob@example.com", "unknown@example.com"}) {
    EXPECT_FALSE(login(
        context, {"acme", testing::email(email), SecretString(std::string_view("wrong")), {}}));
  }
  EXPECT_FALSE(accept_invitation(
      context, {SecretString(std::string_view("x")), SecretString(testing::kPassword), {}}));
  EXPECT_EQ(observer.told, (std::vector<std::string>{"password wrong_password alice@example.com",
                                                     "password not_accepted bob@example.com",
                                                     "password unknown_user unknown@example.com",
                                                     "invitation dead_invitation "}));
  EXPECT_EQ(scene.app.audit_events().size(), before);
}

}  // namespace
}  // namespace ptkl::app
