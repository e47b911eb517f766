// Roles with many holders: what holds from the commit of a change on, and what its steps do.
#include "app/roles/rights_changes.h"

#include <algorithm>
#include <optional>
#include <stop_token>

#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

/// An API user with one secret.
struct Bot {
  ApiUserDetails user;
  SecretString secret;
};

class RightsChanges : public AppFixture {
 protected:
  RightsChanges()
      : role_(server_.make_role("many", "a b c", 20)),
        bot_(make_bot("bot", {role_})),
        worker_(context_) {
    add_holders(role_, kMaxHoldersPerTransaction);
  }

  Bot make_bot(std::string_view name, std::initializer_list<Role> roles) {
    ApiUserDetails user = server_.make_api_user(name, roles);
    SecretString secret = server_.make_secret(user).secret.text().clone();
    return {std::move(user), std::move(secret)};
  }
  /// API users without secrets.
  void add_holders(const Role& role, std::int64_t count) {
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      for (std::int64_t i = 0; i < count; ++i) {
        const Uuid id = server_.random_source.make_uuid(server_.clock.now());
        const ApiUser user{.id = id,
                           .username = testing::username("holder-" + std::to_string(++holders_)),
                           .description = "",
                           .created_at = server_.clock.now(),
                           .updated_at = server_.clock.now()};
        auto done = transaction.api_users().insert(project(), user);
        if (done) done = transaction.api_users().replace_roles(project(), id, {{role.id}});
        if (!done) return done;
      }
      return {};
    }));
  }

  Role permit(const Role& role, std::string_view permissions) {
    return expect_done(update_role(
        context_, server_.owner(), role.id,
        {.permissions = testing::permission_set(permissions), .workspaces = {}, .level = {}}, {}));
  }
  void set_roles(const Bot& bot, std::vector<Uuid> roles) {
    expect_done(update_api_user(context_, server_.owner(), bot.user.user.id,
                                {.description = {}, .status = {}, .roles = std::move(roles)}, {}));
  }
  SecretString token_of(const Bot& bot) {
    return server_.token_of(bot.user.user.username.text(), bot.secret);
  }
  std::vector<std::string> roles_of(const Bot& bot) {
    std::vector<std::string> names;
    for (const Role& role : server_.read(bot.user.user.id).roles) names.push_back(role.name.text());
    return names;
  }
  StatusSlot slot_of(const SecretString& token) { return server_.claims_of(token).slot; }
  /// Whether a verifier that reads the status list rejects the token.
  bool is_listed(const SecretString& token) {
    const StatusSlot slot = slot_of(token);
    bool listed = false;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      const auto slots =
          expect_done(transaction.status_slots().list_invalidated(project(), slot.list(), 0));
      listed = std::find(slots.begin(), slots.end(), slot) != slots.end();
      return {};
    }));
    return listed;
  }
  bool is_valid_everywhere(const SecretString& token) {
    return server_.is_valid(token) && !is_listed(token);
  }

  std::vector<RightsChange> pending() {
    return expect_done(list_pending_status_updates(context_, server_.owner()));
  }
  void run(RightsChangeWorker& worker) {
    worker.run(std::stop_token(), [this](std::int64_t holders) { reported_.push_back(holders); });
  }
  void finish() { run(worker_); }
  /// One step of the oldest change.
  std::int64_t step(std::int64_t limit) {
    std::int64_t reached = 0;
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      auto& changes = transaction.rights_changes();
      const std::int64_t version = expect_done(changes.list(project())).front().version;
      reached = expect_done(changes.run_step(project(), version, limit));
      return {};
    }));
    return reached;
  }
  const Uuid& project() { return server_.acme->project.id; }

  AppContext context_ = server_.context();
  Role role_;
  Bot bot_;
  int holders_ = 0;
  std::vector<std::int64_t> reported_;
  RightsChangeWorker worker_;
};

TEST_F(RightsChanges, OfFewHoldersAreDoneInTheTransaction) {
  const Role few = server_.make_role("few", "a b");
  const Bot bot = make_bot("one", {few});
  const SecretString token = token_of(bot);
  EXPECT_EQ(permit(few, "a").pending_status_updates, 0);
  EXPECT_FALSE(server_.is_valid(token));
  EXPECT_TRUE(is_listed(token));
  EXPECT_THAT(pending(), ::testing::IsEmpty());
  EXPECT_EQ(slot_of(token_of(bot)).generation(), 0);
}

TEST_F(RightsChanges, OfManyHoldersRejectOldTokensImmediatelyAndFollowInTheLists) {
  const SecretString old_token = token_of(bot_);
  const Role narrowed = permit(role_, "a b");
  EXPECT_EQ(narrowed.pending_status_updates, kMaxHoldersPerTransaction + 1);
  EXPECT_FALSE(server_.is_valid(old_token));
  EXPECT_FALSE(is_listed(old_token)) << "the step has not come yet";
  const SecretString new_token = token_of(bot_);
  EXPECT_TRUE(is_valid_everywhere(new_token));
  EXPECT_EQ(slot_of(new_token), slot_of(old_token).later(1));

  finish();
  EXPECT_THAT(pending(), ::testing::IsEmpty());
  EXPECT_EQ(expect_done(get_role(context_, server_.owner(), role_.id)).pending_status_updates, 0);
  EXPECT_FALSE(server_.is_valid(old_token));
  EXPECT_TRUE(is_listed(old_token));
  EXPECT_TRUE(is_valid_everywhere(new_token));
  EXPECT_EQ(slot_of(token_of(bot_)), slot_of(new_token)) << "the generation stays";
}

TEST_F(RightsChanges, ReportHowManyHoldersAreLeft) {
  permit(role_, "a");
  ASSERT_EQ(pending().size(), 1U);
  EXPECT_EQ(pending().front().holders, kMaxHoldersPerTransaction + 1);
  EXPECT_EQ(step(100), 100);
  EXPECT_EQ(pending().front().remaining, kMaxHoldersPerTransaction - 99);
  EXPECT_EQ(pending().front().role_name, "many");
  EXPECT_FALSE(pending().front().role_deleted);
  finish();
  EXPECT_EQ(reported_.front(), kMaxHoldersPerTransaction - 99);
  EXPECT_EQ(reported_.back(), 0);
}

TEST_F(RightsChanges, RequireThePermissionToReadRoles) {
  const Actor other = server_.make_actor("other", "roles.write");
  EXPECT_EQ(code_of(list_pending_status_updates(context_, other)), ErrorCode::permission_denied);
}

TEST_F(RightsChanges, LeaveTheTokensOfOthersAlone) {
  const Bot bystander = make_bot("bystander", {server_.make_role("same", "a b c", 20)});
  const SecretString token = token_of(bystander);
  permit(role_, "a");
  EXPECT_TRUE(is_valid_everywhere(token));
  finish();
  EXPECT_TRUE(is_valid_everywhere(token));
  EXPECT_EQ(slot_of(token_of(bystander)), slot_of(token));
}

TEST_F(RightsChanges, ThatAddRightsEndNoTokens) {
  const SecretString token = token_of(bot_);
  EXPECT_EQ(permit(role_, "a b c d").pending_status_updates, 0);
  EXPECT_TRUE(is_valid_everywhere(token));
  EXPECT_THAT(pending(), ::testing::IsEmpty());
}

/// `count` permissions of 20 bytes with the space after them.
std::string many_permissions(std::string_view kind, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += std::string(kind) + ".permission" + std::to_string(10'000 + i) + "xy ";
  }
  text.pop_back();
  return text;
}

TEST_F(RightsChanges, AreRefusedWhenAHolderWouldGetTooLargeAToken) {
  const Role other = server_.make_role("other", many_permissions("a", 150));
  make_bot("loaded", {role_, other});
  const UpdateRole more{.permissions = testing::permission_set(many_permissions("b", 100)),
                        .workspaces = {},
                        .level = {}};
  EXPECT_EQ(code_of(update_role(context_, server_.owner(), role_.id, more, {})),
            ErrorCode::conflict);
  EXPECT_THAT(pending(), ::testing::IsEmpty());
}

TEST_F(RightsChanges, OneAfterAnotherEndWhatWasIssuedBeforeEach) {
  const SecretString first = token_of(bot_);
  permit(role_, "a b");
  const SecretString second = token_of(bot_);
  permit(role_, "a");
  const SecretString third = token_of(bot_);
  EXPECT_EQ(slot_of(third), slot_of(first).later(2));
  const auto check = [&] {
    EXPECT_FALSE(server_.is_valid(first));
    EXPECT_FALSE(server_.is_valid(second));
    EXPECT_TRUE(is_valid_everywhere(third));
    EXPECT_TRUE(is_valid_everywhere(token_of(bot_)));
  };
  check();
  // The first change reaches everyone before the second one begins.
  while (step(100) > 0) check();
  EXPECT_TRUE(is_listed(first));
  EXPECT_FALSE(is_listed(second));
  finish();
  check();
  EXPECT_TRUE(is_listed(second));
}

TEST_F(RightsChanges, OfTwoRolesOfOneHolderAddUp) {
  const Role other = server_.make_role("other", "x y");
  add_holders(other, kMaxHoldersPerTransaction + 1);
  set_roles(bot_, {role_.id, other.id});
  const SecretString first = token_of(bot_);
  permit(other, "x");
  const SecretString second = token_of(bot_);
  permit(role_, "a");
  const SecretString third = token_of(bot_);
  EXPECT_FALSE(server_.is_valid(first));
  EXPECT_FALSE(server_.is_valid(second));
  EXPECT_TRUE(is_valid_everywhere(third));
  finish();
  EXPECT_TRUE(is_listed(first));
  EXPECT_TRUE(is_listed(second));
  EXPECT_TRUE(is_valid_everywhere(third));
  EXPECT_EQ(slot_of(token_of(bot_)), slot_of(third));
}

TEST_F(RightsChanges, DoNotConcernTheTokensOfAnApiUserThatGetsTheRoleLater) {
  const Bot late = make_bot("late", {});
  const SecretString before = token_of(late);
  permit(role_, "a");
  set_roles(late, {role_.id});
  const SecretString token = token_of(late);
  EXPECT_TRUE(is_valid_everywhere(before));
  EXPECT_TRUE(is_valid_everywhere(token));
  finish();
  EXPECT_TRUE(is_valid_everywhere(before));
  EXPECT_TRUE(is_valid_everywhere(token));
  // The next change does.
  permit(role_, "");
  EXPECT_FALSE(server_.is_valid(token));
}

TEST_F(RightsChanges, StillReachAHolderThatGetsAnotherRoleMeanwhile) {
  const SecretString token = token_of(bot_);
  permit(role_, "a");
  set_roles(bot_, {role_.id, server_.make_role("more", "x").id});
  EXPECT_FALSE(server_.is_valid(token));
  finish();
  EXPECT_FALSE(server_.is_valid(token));
  EXPECT_TRUE(is_listed(token));
}

TEST_F(RightsChanges, StillRejectTheTokensOfAHolderThatLosesTheRoleMeanwhile) {
  const SecretString old_token = token_of(bot_);
  permit(role_, "a");
  const SecretString token = token_of(bot_);
  set_roles(bot_, {});
  for (const SecretString* one : {&old_token, &token}) {
    EXPECT_FALSE(server_.is_valid(*one));
    EXPECT_TRUE(is_listed(*one));
  }
  set_roles(bot_, {role_.id});
  const SecretString next = token_of(bot_);
  finish();
  EXPECT_TRUE(is_valid_everywhere(next));
  EXPECT_FALSE(server_.is_valid(old_token));
  EXPECT_FALSE(server_.is_valid(token));
}

TEST_F(RightsChanges, TokensOfBothGenerationsEndWithTheirSecret) {
  const SecretString old_token = token_of(bot_);
  permit(role_, "a");
  const SecretString token = token_of(bot_);
  expect_done(revoke_secrets(context_, server_.owner(), bot_.user.user.id));
  for (const SecretString* one : {&old_token, &token}) {
    EXPECT_FALSE(server_.is_valid(*one));
    EXPECT_TRUE(is_listed(*one));
  }
  finish();
  EXPECT_FALSE(server_.is_valid(token));
}

TEST_F(RightsChanges, TooManyRevocationsRevokeLaterGenerations) {
  permit(role_, "a");
  const SecretString token = token_of(bot_);
  for (std::int64_t i = 0; i <= kMaxRevokedTokens; ++i) {
    const SecretString one = token_of(bot_);
    ASSERT_TRUE(revoke_token(context_, {"acme", "", {"192.0.2.9", "r"}}, one.reveal()));
    ASSERT_FALSE(server_.is_valid(one)) << i;
  }
  EXPECT_FALSE(server_.is_valid(token)) << "too many to be stored one by one";
  EXPECT_TRUE(is_listed(token));
  EXPECT_TRUE(is_valid_everywhere(token_of(bot_)));
}

/// The state of a database that was restored from a backup of before the last change.
class RestoredRightsChanges : public RightsChanges {
 protected:
  RestoredRightsChanges() {
    permit(role_, "a b");
    finish();
    token_ = token_of(bot_);
    EXPECT_TRUE(is_valid_everywhere(*token_));
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      auto user = transaction.api_users().find(project(), bot_.user.user.id);
      if (!user) return failed(user);
      ClientCredential credential = (*user)->secrets.front();
      credential.slot = credential.slot.base();
      return transaction.client_credentials().update(project(), credential);
    }));
  }
  std::optional<SecretString> token_;  ///< of a later generation than the credential's
};

TEST_F(RestoredRightsChanges, DoNotAcceptATokenOfAGenerationThatIsYetToCome) {
  EXPECT_FALSE(server_.is_valid(*token_));
  expect_done(revoke_secrets(context_, server_.owner(), bot_.user.user.id));
  EXPECT_FALSE(server_.is_valid(*token_));
}

TEST_F(RestoredRightsChanges, RejectTheTokenWhenTheCredentialReachesItsGeneration) {
  permit(role_, "a");
  EXPECT_FALSE(server_.is_valid(*token_));
  finish();
  EXPECT_EQ(slot_of(token_of(bot_)), slot_of(*token_));
  EXPECT_FALSE(server_.is_valid(*token_));
  EXPECT_TRUE(is_valid_everywhere(token_of(bot_)));
}

TEST_F(RightsChanges, EndTheSessionsOfUsers) {
  server_.make_user("alice@example.com", {role_});
  const auto login = [this] {
    return std::move(expect_done(server_.login("alice@example.com")).access_token);
  };
  const SecretString old_token = login();
  permit(role_, "a");
  EXPECT_FALSE(server_.is_valid(old_token));
  const SecretString token = login();
  EXPECT_TRUE(is_valid_everywhere(token));
  finish();
  EXPECT_FALSE(server_.is_valid(old_token));
  EXPECT_TRUE(is_listed(old_token));
  EXPECT_TRUE(is_valid_everywhere(token));
}

TEST_F(RightsChanges, DeleteARoleImmediatelyForAllReaders) {
  const SecretString old_token = token_of(bot_);
  const std::int64_t version = server_.read(bot_.user.user.id).user.version;
  const RoleDeletion deleted = expect_done(delete_role(context_, server_.owner(), role_.id, {}));
  EXPECT_EQ(deleted.affected_api_users, kMaxHoldersPerTransaction + 1);
  EXPECT_EQ(deleted.pending_status_updates, kMaxHoldersPerTransaction + 1);
  EXPECT_EQ(code_of(get_role(context_, server_.owner(), role_.id)), ErrorCode::not_found);
  EXPECT_EQ(code_of(delete_role(context_, server_.owner(), role_.id, {})), ErrorCode::not_found);
  EXPECT_THAT(roles_of(bot_), ::testing::IsEmpty());
  EXPECT_EQ(server_.read(bot_.user.user.id).user.version, version + 1);
  EXPECT_FALSE(server_.is_valid(old_token));
  const SecretString token = token_of(bot_);
  EXPECT_EQ(server_.claims_of(token).scope, "");
  EXPECT_TRUE(is_valid_everywhere(token));
  EXPECT_TRUE(pending().front().role_deleted);
  EXPECT_EQ(pending().front().role_name, "many");
  // The name is free again.
  const Role again = server_.make_role("many", "z");
  set_roles(bot_, {again.id});
  EXPECT_THAT(roles_of(bot_), ::testing::ElementsAre("many"));
  EXPECT_FALSE(server_.is_valid(old_token));

  finish();
  EXPECT_THAT(pending(), ::testing::IsEmpty());
  EXPECT_THAT(roles_of(bot_), ::testing::ElementsAre("many"));
  EXPECT_FALSE(server_.is_valid(old_token));
  EXPECT_TRUE(is_listed(old_token));
  EXPECT_TRUE(is_valid_everywhere(token));
}

TEST_F(RightsChanges, DeleteARoleWhileAnEarlierChangeIsPending) {
  const SecretString first = token_of(bot_);
  permit(role_, "a");
  const SecretString second = token_of(bot_);
  expect_done(delete_role(context_, server_.owner(), role_.id, {}));
  const SecretString third = token_of(bot_);
  while (step(100) > 0) {
    EXPECT_FALSE(server_.is_valid(first));
    EXPECT_FALSE(server_.is_valid(second));
    EXPECT_TRUE(is_valid_everywhere(third));
  }
  finish();
  EXPECT_FALSE(server_.is_valid(first));
  EXPECT_FALSE(server_.is_valid(second));
  EXPECT_TRUE(is_listed(first));
  EXPECT_TRUE(is_listed(second));
  EXPECT_TRUE(is_valid_everywhere(third));
  EXPECT_THAT(pending(), ::testing::IsEmpty());
}

TEST_F(RightsChanges, OfAnotherServerAreLeftToItWhileItMakesProgress) {
  permit(role_, "a");
  expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
    auto& changes = transaction.rights_changes();
    const std::int64_t version = expect_done(changes.list(project())).front().version;
    return changes.set_worker(project(), version, "another server");
  }));
  RightsChangeWorker::SteadyTime now;
  RightsChangeWorker worker(context_, 3s, [&] { return now; });
  run(worker);
  now += 2s;
  EXPECT_EQ(step(100), 100);
  run(worker);
  now += 2s;
  run(worker);
  EXPECT_EQ(pending().front().remaining, kMaxHoldersPerTransaction - 99);
  now += 1s;
  run(worker);
  EXPECT_THAT(pending(), ::testing::IsEmpty());
}

TEST_F(RightsChanges, StopBetweenTwoSteps) {
  permit(role_, "a");
  std::stop_source stop;
  RightsChangeWorker worker(context_);
  worker.run(stop.get_token(), [&](std::int64_t) { stop.request_stop(); });
  EXPECT_EQ(pending().front().remaining, kMaxHoldersPerTransaction + 1);
}

TEST_F(RightsChanges, AreTriedAgainAfterAnOutage) {
  permit(role_, "a");
  testing::FailingStore broken(*server_.store, ErrorCode::unavailable);
  const AppContext without_database = server_.ports_over(broken);
  RightsChangeWorker worker(without_database);
  run(worker);
  EXPECT_THAT(server_.log.text(), ::testing::HasSubstr("reading pending status updates failed"));
  EXPECT_EQ(pending().size(), 1U);
  finish();
  EXPECT_THAT(pending(), ::testing::IsEmpty());
}

TEST_F(RightsChanges, LogWhyNoStepSucceeds) {
  permit(role_, "a");
  testing::FullDiskStore full(*server_.store);
  const AppContext without_disk = server_.ports_over(full);
  RightsChangeWorker worker(without_disk);
  run(worker);
  EXPECT_THAT(server_.log.text(), ::testing::HasSubstr("status updates of a role failed"));
  EXPECT_THAT(server_.log.text(), ::testing::HasSubstr("the disk is full"));
  EXPECT_EQ(pending().size(), 1U);
}

TEST_F(RightsChanges, WakeTheWorker) {
  WakeUp woken;
  context_.rights_changed = &woken;
  permit(role_, "a b");
  EXPECT_TRUE(woken.wait(std::stop_token(), 1min));
}

TEST_F(RightsChanges, AddNoAuditEventOfTheirSteps) {
  permit(role_, "a");
  const auto before = server_.audit_events().size();
  finish();
  EXPECT_EQ(server_.audit_events().size(), before);
}

}  // namespace
}  // namespace ptkl::app
