// Disabling and deleting API users and users, and removing their roles, requires every permission and the level
// of the target. Revoking secrets does not.
#include <functional>

#include <gmock/gmock.h>

#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::expect_done;
using ::testing::HasSubstr;

constexpr int kLeadLevel = 50;
const UpdateApiUser kToDisabled{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
const UpdateApiUser kToActive{.description = {}, .status = ApiUserStatus::active, .roles = {}};

UpdateApiUser roles_to(std::vector<Uuid> roles) {
  return {.description = {}, .status = {}, .roles = std::move(roles)};
}

class StrongerTargets : public AppFixture {
 protected:
  StrongerTargets()
      : lead_(server_.make_actor("lead", "api-users.* users.* deploy.* components.read", kLeadLevel,
                                 "eu")) {}

  std::optional<ErrorCode> edit(const Actor& actor, const Uuid& id, const UpdateApiUser& change) {
    return code_of(update_api_user(server_.context(), actor, id, change, {}));
  }
  std::optional<ErrorCode> erase(const Actor& actor, const Uuid& id) {
    return code_of(delete_api_user(server_.context(), actor, id, {}));
  }
  Result<InvitationResult> invite(const Actor& actor, std::string_view to,
                                  std::vector<Uuid> roles) {
    return invite_user(server_.context(), actor, {testing::email(to), std::move(roles)});
  }
  std::optional<ErrorCode> erase_user(const Actor& actor, const Uuid& id) {
    return code_of(delete_user(server_.context(), actor, id, {}));
  }
  Role owner_role() { return server_.owner().roles.front(); }

  Actor lead_;
};

/// The rights of a target, and whether `lead` may disable it, delete it and remove its roles.
struct TargetCase {
  const char* what;
  const char* permissions;
  int level;
  const char* workspaces;
  bool allowed;
};

constexpr TargetCase kTargets[] = {
    {"another permission", "components.write", 0, "", false},
    {"another permission beside its own", "components.read secret.things", 0, "", false},
    {"more of the same", "components.*", 0, "", false},
    {"everything", "*", 0, "", false},
    {"a level above", "components.read", kLeadLevel + 1, "", false},
    {"a level above and nothing else", "", kLeadLevel + 1, "", false},
    {"the same", "api-users.* users.* deploy.* components.read", kLeadLevel, "eu", true},
    {"less", "deploy.production", 10, "", true},
    {"a workspace more", "components.read", 10, "eu prod", true},
    {"nothing", "", 0, "", true},
};

TEST_F(StrongerTargets, AreNotDisabledStrippedOrDeletedAsApiUsers) {
  const Role plain = server_.make_role("plain", "");
  int number = 0;
  for (const TargetCase& row : kTargets) {
    SCOPED_TRACE(row.what);
    const std::string name = "target-" + std::to_string(++number);
    const Role role = server_.make_role(name, row.permissions, row.level, row.workspaces);
    const std::function<std::optional<ErrorCode>(const Uuid&)> changes[] = {
        [&](const Uuid& id) { return edit(lead_, id, kToDisabled); },
        [&](const Uuid& id) { return edit(lead_, id, roles_to({})); },
        [&](const Uuid& id) { return edit(lead_, id, roles_to({role.id})); },
        [&](const Uuid& id) { return edit(lead_, id, roles_to({plain.id})); },
        [&](const Uuid& id) { return erase(lead_, id); },
    };
    const auto expected = row.allowed ? std::nullopt : std::optional(ErrorCode::permission_denied);
    int change_number = 0;
    for (const auto& change : changes) {
      const std::string username = name + "-" + std::to_string(++change_number);
      const ApiUserDetails target = server_.make_api_user(username, {role, plain});
      const CreatedSecret secret = server_.make_secret(target);
      const SecretString token = server_.token_of(username, secret.secret.text());
      const std::int64_t version = server_.read(target.user.id).user.version;
      EXPECT_EQ(change(target.user.id), expected) << "change " << change_number;
      EXPECT_EQ(server_.is_valid(token), !row.allowed) << "change " << change_number;
      if (!row.allowed) {
        EXPECT_EQ(server_.read(target.user.id).user.version, version);
      }
    }
  }
}

TEST_F(StrongerTargets, AreNotDeletedAsUsers) {
  int number = 0;
  for (const TargetCase& row : kTargets) {
    SCOPED_TRACE(row.what);
    const std::string name = "target-" + std::to_string(++number);
    const Role role = server_.make_role(name, row.permissions, row.level, row.workspaces);
    const UserDetails target = server_.make_user(name + "@example.com", {role});
    const auto session = expect_done(server_.login(name + "@example.com"));
    EXPECT_EQ(erase_user(lead_, target.user.id),
              row.allowed ? std::nullopt : std::optional(ErrorCode::permission_denied));
    EXPECT_EQ(server_.is_valid(session.access_token), !row.allowed);
  }
}

TEST_F(StrongerTargets, StayInvitedWithTheirRoles) {
  const Role weak = server_.make_role("weak", "components.read");
  int number = 0;
  for (const TargetCase& row : kTargets) {
    SCOPED_TRACE(row.what);
    const std::string name = "target-" + std::to_string(++number);
    const std::string email = name + "@example.com";
    const Role role = server_.make_role(name, row.permissions, row.level, row.workspaces);
    const auto expected = row.allowed ? std::nullopt : std::optional(ErrorCode::permission_denied);
    const SecretString first = server_.invite(email, {role});
    EXPECT_EQ(code_of(invite(lead_, email, {})), expected);
    if (!row.allowed) {
      EXPECT_EQ(code_of(invite(lead_, email, {weak.id})), expected);
      const UserDetails accepted = server_.read_user(expect_done(server_.accept(first)).user.id);
      EXPECT_EQ(accepted.roles.size(), 1U) << "neither the roles nor the link changed";
    }
    const auto second = expect_done(invite(server_.owner(), "again-" + email, {role.id}));
    EXPECT_EQ(erase_user(lead_, second.user.user.id), expected) << "withdrawing it";
    const std::string_view link = second.link.value().reveal();
    const auto accepted = server_.accept(SecretString(link.substr(link.find('#') + 1)));
    EXPECT_EQ(accepted.has_value(), !row.allowed);
  }
}

TEST_F(StrongerTargets, AreKnownAsUsersWhateverTheInviterHas) {
  server_.make_user("alice@example.com", {server_.make_role("strong", "components.*")});
  EXPECT_EQ(code_of(invite(lead_, "alice@example.com", {})), ErrorCode::conflict);
}

TEST_F(StrongerTargets, AreNamedWithWhatIsMissing) {
  const ApiUserDetails strong =
      server_.make_api_user("strong", {server_.make_role("strong", "components.*")});
  const auto permission = delete_api_user(server_.context(), lead_, strong.user.id, {});
  ASSERT_FALSE(permission);
  EXPECT_THAT(permission.error().message, HasSubstr("API user has the permission components.*"));
  const UserDetails high =
      server_.make_user("high@example.com", {server_.make_role("high", "", kLeadLevel + 1)});
  const auto level = delete_user(server_.context(), lead_, high.user.id, {});
  ASSERT_FALSE(level);
  EXPECT_THAT(level.error().message, HasSubstr("user has level 51"));
}

TEST_F(StrongerTargets, AreProtectedWhileDisabled) {
  const ApiUserDetails strong =
      server_.make_api_user("strong", {server_.make_role("strong", "components.*")});
  ASSERT_EQ(edit(server_.owner(), strong.user.id, kToDisabled), std::nullopt);
  EXPECT_EQ(erase(lead_, strong.user.id), ErrorCode::permission_denied);
  EXPECT_EQ(edit(lead_, strong.user.id, roles_to({})), ErrorCode::permission_denied);
  const UpdateApiUser strip_and_enable{
      .description = {}, .status = ApiUserStatus::active, .roles = std::vector<Uuid>{}};
  EXPECT_EQ(edit(lead_, strong.user.id, strip_and_enable), ErrorCode::permission_denied);
  EXPECT_EQ(edit(lead_, strong.user.id, kToDisabled), std::nullopt) << "it changes nothing";
}

TEST_F(StrongerTargets, KeepEvenTheRolesThatTheCallerHas) {
  const Role strong = server_.make_role("strong", "components.*");
  const Role weak = server_.make_role("weak", "components.read");
  const ApiUserDetails both = server_.make_api_user("both", {strong, weak});
  EXPECT_EQ(edit(lead_, both.user.id, roles_to({strong.id})), ErrorCode::permission_denied);
}

TEST_F(StrongerTargets, AreRefusedBeforeAnyOtherReason) {
  const Uuid& owner = server_.acme->owner.id;
  const UserDetails alice = server_.make_user("alice@example.com", {owner_role()});
  const AppContext context = server_.context();
  constexpr std::int64_t kStale = 77;
  EXPECT_EQ(code_of(update_api_user(context, lead_, owner, kToDisabled, kStale)),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(delete_api_user(context, lead_, owner, kStale)), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(delete_user(context, lead_, alice.user.id, kStale)),
            ErrorCode::permission_denied);
  EXPECT_EQ(code_of(update_api_user(context, server_.owner(), owner, kToDisabled, kStale)),
            ErrorCode::precondition_failed);
  EXPECT_EQ(code_of(update_api_user(context, server_.owner(), owner, kToActive, kStale)),
            ErrorCode::precondition_failed)
      << "although it would change nothing";
  EXPECT_EQ(code_of(delete_api_user(context, server_.owner(), owner, kStale)),
            ErrorCode::precondition_failed);
}

TEST_F(StrongerTargets, AreSeenAsTheyAreWhenTheChangeIsMade) {
  const Role strong = server_.make_role("strong", "components.*");
  const ApiUserDetails bot = server_.make_api_user("bot");
  const UserDetails alice = server_.make_user("alice@example.com");
  testing::OvertakenStore store(*server_.store, [&] {
    ASSERT_EQ(edit(server_.owner(), bot.user.id, roles_to({strong.id})), std::nullopt);
  });
  EXPECT_EQ(code_of(delete_api_user(server_.ports_over(store), lead_, bot.user.id, {})),
            ErrorCode::permission_denied);
  EXPECT_EQ(erase_user(lead_, alice.user.id), std::nullopt);
}

TEST_F(StrongerTargets, RevokingSecretsNeedsNoRightsOfTheTarget) {
  const ApiUserDetails strong =
      server_.make_api_user("strong", {server_.make_role("strong", "components.*", 90, "prod")});
  const CreatedSecret first = server_.make_secret(strong);
  EXPECT_EQ(code_of(create_secret(server_.context(), lead_, strong.user.id, {})),
            ErrorCode::permission_denied)
      << "it would give all that the API user has";
  const SecretString token = server_.token_of("strong", first.secret.text());
  EXPECT_TRUE(revoke_secret(server_.context(), lead_, strong.user.id, first.record.id));
  EXPECT_FALSE(server_.is_valid(token));
  server_.make_secret(strong);
  const auto revoked = expect_done(revoke_secrets(server_.context(), lead_, strong.user.id));
  EXPECT_EQ(revoked.size(), 1U);
}

TEST_F(StrongerTargets, MayBeDescribedAndGivenMore) {
  const Role strong = server_.make_role("strong", "components.*");
  const Role weak = server_.make_role("weak", "components.read");
  const ApiUserDetails bot = server_.make_api_user("bot", {strong});
  UpdateApiUser words{.description = "deploys", .status = {}, .roles = {}};
  EXPECT_EQ(edit(lead_, bot.user.id, words), std::nullopt);
  EXPECT_EQ(edit(lead_, bot.user.id, roles_to({strong.id, weak.id})), std::nullopt);
  words.description = "disabled too";
  words.status = ApiUserStatus::disabled;
  EXPECT_EQ(edit(lead_, bot.user.id, words), ErrorCode::permission_denied);
  EXPECT_EQ(server_.read(bot.user.id).user.description, "deploys");
}

TEST_F(StrongerTargets, AreNotTheCallersThemselves) {
  const Role kept = server_.make_role("kept", "components.read");
  const Uuid& self = lead_.principal.id;
  ASSERT_EQ(edit(lead_, self, roles_to({lead_.roles.front().id, kept.id})), std::nullopt);
  EXPECT_EQ(edit(lead_, self, roles_to({kept.id})), std::nullopt) << "it strips itself";
  EXPECT_EQ(edit(lead_, self, roles_to({})), ErrorCode::unauthenticated) << "its token ended";

  const Actor disabling = server_.make_actor("disabling", "api-users.write", kLeadLevel, "prod");
  EXPECT_EQ(edit(disabling, disabling.principal.id, kToDisabled), std::nullopt);
  const Actor erasing = server_.make_actor("erasing", "api-users.write", kLeadLevel, "prod");
  EXPECT_EQ(erase(erasing, erasing.principal.id), std::nullopt);

  server_.make_user("bob@example.com", {server_.make_role("of bob", "users.write", kLeadLevel)});
  const Actor bob = server_.actor_of_user("bob@example.com");
  EXPECT_EQ(erase_user(bob, bob.principal.id), std::nullopt);
}

TEST_F(StrongerTargets, CallerWithStarStillNeedsTheLevel) {
  const Actor star = server_.make_actor("star", "*", 99);
  EXPECT_EQ(erase(star, server_.acme->owner.id), ErrorCode::permission_denied);
  EXPECT_EQ(edit(star, server_.acme->owner.id, kToDisabled), ErrorCode::permission_denied);
  server_.make_secret(server_.make_api_user("second", {owner_role()}));
  EXPECT_EQ(erase(server_.owner(), star.principal.id), std::nullopt);
}

}  // namespace
}  // namespace ptkl::app
