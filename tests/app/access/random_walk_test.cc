// Random sequences of changes by random actors, including outdated ones, after which all invariants hold.
#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "app/api_users/overlap_expiry.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::expect_done;
using testing::TestApp;

enum class Kind {
  create,
  create_secret,
  create_overlapping_secret,
  revoke_all,
  revoke_one,
  set_roles,
  disable,
  enable,
  erase,
  create_secret_until_idle,
  edit_role,
  delete_role,
  issue,
  wait,
  end_overlaps,
  invite,
  accept,
  login,
  delete_user,
};
constexpr int kKinds = 19;

/// One step. `who`, `whom` and `pick` select from the entities that exist at that time.
struct Step {
  Kind kind;
  std::size_t who;
  std::size_t whom;
  std::size_t pick;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << '{' << static_cast<int>(step.kind) << ", " << step.who << ", " << step.whom << ", "
             << step.pick << '}';
}

rc::Gen<Step> any_step() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, kKinds), rc::gen::inRange<std::size_t>(0, 100),
                     rc::gen::inRange<std::size_t>(0, 100), rc::gen::inRange<std::size_t>(0, 100)),
      [](const std::tuple<int, std::size_t, std::size_t, std::size_t>& numbers) {
        const auto& [kind, who, whom, pick] = numbers;
        return Step{static_cast<Kind>(kind), who, whom, pick};
      });
}

struct IssuedFrom {
  SecretString token;
  Principal principal;
  std::vector<Role> roles;  ///< as they were then
};

/// All users that were ever invited with that email.
struct KnownUser {
  Uuid id;
  std::string email;
};

class Walk {
 public:
  Walk() {
    const Actor owner = server_.owner();
    roles_.push_back(owner.roles.front().id);
    const Role writer = server_.make_role("writer", "api-users.* components.*", 50);
    roles_.push_back(writer.id);
    roles_.push_back(server_.make_role("reader", "components.read").id);
    api_users_.push_back(owner.principal.id);
    secrets_.emplace(owner.principal.id, server_.acme->secret.text().clone());
    actors_.push_back(owner);
    // A weaker actor from the first step on, which may change API users.
    api_users_.push_back(server_.make_api_user("clerk", {writer}).user.id);
    keep(app::create_secret(server_.context(), owner, api_users_.back(), {}));
    issue(api_users_.back());
    record_slots();
  }

  void apply_and_check(const Step& step) {
    const Actor& actor = actors_[step.who % actors_.size()];
    const Uuid user = api_users_[step.whom % api_users_.size()];
    const Grants own = grants_of(roles_of(actor.principal).value_or(std::vector<Role>{}));
    const auto before = find(user);
    const auto invited = find_user(step.whom);
    apply(step, actor, user);
    if (step.kind == Kind::set_roles || step.kind == Kind::disable || step.kind == Kind::erase) {
      if (lost_rights(before, find(user))) RC_ASSERT(has_no_less(own, before->grants()));
    }
    if (step.kind == Kind::delete_user && invited && !find_user(invited->user.id))
      RC_ASSERT(has_no_less(own, grants_of(invited->roles)));
    record_slots();
  }

  void check() {
    RC_ASSERT(owner_level() == testing::access_level(100));
    for (const auto& [slot, secret] : slots_)
      RC_ASSERT(is_valid(slot) == owns_valid_slot(slot, secret));
    for (const auto& [slot, invited] : session_slots_)
      RC_ASSERT(is_valid(slot) == has_session(invited, slot));
    for (const IssuedFrom& issued : issued_) {
      if (server_.is_valid(issued.token)) RC_ASSERT(is_within_rights(issued));
    }
  }

 private:
  struct OwnSecret {
    Uuid user;
    CredentialId id;
  };

  void apply(const Step& step, const Actor& actor, const Uuid& user) {
    const AppContext context = server_.context();
    switch (step.kind) {
      case Kind::create: {
        const std::string name = "bot-" + std::to_string(api_users_.size());
        const auto made =
            create_api_user(context, actor, {testing::username(name), "", some_roles(step.pick)});
        if (made) api_users_.push_back(made->user.id);
        break;
      }
      case Kind::create_secret:
        keep(create_secret(context, actor, user, {}));
        break;
      case Kind::create_overlapping_secret:
        keep(
            create_secret(context, actor, user, {.overlap = 10min, .expires_in = {}, .label = ""}));
        break;
      case Kind::revoke_all:
        (void)revoke_secrets(context, actor, user);
        break;
      case Kind::revoke_one:
        revoke_some(actor, user, step.pick);
        break;
      case Kind::set_roles:
        update(actor, user, {.description = {}, .status = {}, .roles = some_roles(step.pick)});
        break;
      case Kind::disable:
        update(actor, user, {.description = {}, .status = ApiUserStatus::disabled, .roles = {}});
        break;
      case Kind::enable:
        update(actor, user, {.description = {}, .status = ApiUserStatus::active, .roles = {}});
        break;
      case Kind::erase:
        (void)delete_api_user(context, actor, user, {});
        break;
      case Kind::create_secret_until_idle:
        keep(create_secret(context, actor, user,
                           {.overlap = 20min, .expires_in = {}, .label = "", .until_idle = 5min}));
        break;
      case Kind::edit_role:
        (void)update_role(context, actor, some_role(step.whom), some_edit(step.pick), {});
        break;
      case Kind::delete_role:
        (void)delete_role(context, actor, some_role(step.pick), {});
        break;
      case Kind::issue:
        issue(user);
        break;
      case Kind::wait:
        server_.clock.advance(7min);
        break;
      case Kind::end_overlaps:
        (void)expect_done(end_overlaps(context, Timestamp{}));
        check_that_overlaps_have_ended();
        break;
      case Kind::invite:
        invite(actor, step);
        break;
      case Kind::accept:
        if (!links_.empty()) (void)server_.accept(links_[step.pick % links_.size()]);
        break;
      case Kind::login:
        login(email_of(step.whom));
        break;
      case Kind::delete_user:
        if (!users_.empty())
          (void)delete_user(context, actor, users_[step.whom % users_.size()].id, {});
        break;
    }
  }

  static bool has_no_less(const Grants& own, const Grants& other) {
    return own.permissions.covers(other.permissions) && own.level >= other.level;
  }

  static bool lost_rights(const std::optional<ApiUserDetails>& before,
                          const std::optional<ApiUserDetails>& after) {
    if (!before || !after) return before.has_value();
    if (before->user.status != after->user.status)
      return after->user.status == ApiUserStatus::disabled;
    return std::any_of(before->roles.begin(), before->roles.end(), [&](const Role& role) {
      return std::none_of(after->roles.begin(), after->roles.end(),
                          [&](const Role& other) { return other.id == role.id; });
    });
  }

  /// One of a few emails, so that users are invited again.
  static std::string email_of(std::size_t pick) {
    return "user-" + std::to_string(pick % 3) + "@example.com";
  }

  void invite(const Actor& actor, const Step& step) {
    const std::string to = email_of(step.whom);
    const auto invited =
        invite_user(server_.context(), actor, {testing::email(to), some_roles(step.pick)});
    if (!invited) return;
    users_.push_back({invited->user.user.id, to});
    const std::string_view link = invited->link->reveal();
    links_.emplace_back(link.substr(link.find('#') + 1));
  }

  void login(const std::string& email) {
    auto issued = server_.login(email);
    if (issued) let_in(std::move(issued->access_token));
  }

  void let_in(SecretString token) {
    auto actor = authenticate(server_.context(), "acme", token.reveal());
    RC_ASSERT(actor.has_value());
    issued_.push_back({std::move(token), actor->principal, actor->roles});
    actors_.push_back(std::move(*actor));
  }

  void update(const Actor& actor, const Uuid& user, const UpdateApiUser& change) {
    (void)update_api_user(server_.context(), actor, user, change, {});
  }
  void keep(Result<CreatedSecret> made) {
    if (made) secrets_.emplace(made->user.id, made->secret.text().clone());
  }
  void revoke_some(const Actor& actor, const Uuid& user, std::size_t pick) {
    const auto found = find(user);
    if (!found || found->secrets.empty()) return;
    (void)revoke_secret(server_.context(), actor, user,
                        found->secrets[pick % found->secrets.size()].id);
  }

  /// Tries all secrets that the API user ever had.
  void issue(const Uuid& user) {
    const auto [first, last] = secrets_.equal_range(user);
    for (auto entry = first; entry != last; ++entry) {
      auto issued =
          issue_token(server_.context(), server_.token_request(user.text(), entry->second));
      if (!issued) continue;
      let_in(std::move(issued->access_token));
    }
  }

  std::vector<Uuid> some_roles(std::size_t bits) const {
    std::vector<Uuid> roles;
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      if ((bits >> i & 1) != 0) roles.push_back(roles_[i]);
    }
    return roles;
  }

  Uuid some_role(std::size_t pick) const { return roles_[pick % roles_.size()]; }

  static UpdateRole some_edit(std::size_t pick) {
    const char* const permissions[] = {
        "",  "components.read",          "components.* api-users.write",
        "*", "api-users.* components.*", "roles.* api-users.read"};
    const char* const workspaces[] = {"", "eu", "eu us"};
    UpdateRole change;
    if (pick % 2 == 0) change.permissions = testing::permission_set(permissions[pick % 6]);
    if (pick % 3 == 0) change.workspaces = expect_done(parse_workspaces(workspaces[pick % 9 / 3]));
    if (pick % 5 == 0) change.level = testing::access_level(static_cast<int>(pick));
    return change;
  }

  /// After end_overlaps(), replaced secrets and their tokens are invalid from their end on.
  void check_that_overlaps_have_ended() {
    for (const Uuid& user : api_users_) {
      const auto found = find(user);
      if (!found) continue;
      for (const ClientCredential& secret : found->secrets) {
        const bool is_over = secret.works_until && *secret.works_until <= server_.clock.now();
        if (is_over) RC_ASSERT(!is_valid(secret.slot.number));
      }
    }
  }

  std::optional<ApiUserDetails> find(const Uuid& user) {
    std::optional<ApiUserDetails> found;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      found = expect_done(transaction.api_users().find(server_.acme->project.id, user));
      return {};
    }));
    return found;
  }

  std::optional<UserDetails> find_user(const Uuid& id) {
    std::optional<UserDetails> found;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      found = expect_done(transaction.users().find(server_.acme->project.id, id));
      return {};
    }));
    return found;
  }

  /// The entity that a step with this `whom` deletes.
  std::optional<UserDetails> find_user(std::size_t whom) {
    if (users_.empty()) return std::nullopt;
    return find_user(users_[whom % users_.size()].id);
  }

  /// Records every slot that a secret or a session has or had.
  void record_slots() {
    for (const Uuid& user : api_users_) {
      const auto found = find(user);
      if (!found) continue;
      for (const ClientCredential& secret : found->secrets)
        slots_.insert_or_assign(secret.slot.number, OwnSecret{user, secret.id});
    }
    for (const KnownUser& invited : users_) {
      for (const Session& session : sessions_of(invited.id))
        session_slots_.insert_or_assign(session.slot.number, invited.id);
    }
  }

  std::vector<Session> sessions_of(const Uuid& invited) {
    std::vector<Session> sessions;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      sessions = expect_done(transaction.sessions().list_of(server_.acme->project.id, invited));
      return {};
    }));
    return sessions;
  }

  bool has_session(const Uuid& invited, std::int64_t slot) {
    const auto sessions = sessions_of(invited);
    return std::any_of(sessions.begin(), sessions.end(),
                       [&](const Session& one) { return one.slot.number == slot; });
  }

  std::optional<AccessLevel> owner_level() {
    std::optional<AccessLevel> level;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      level = expect_done(
          transaction.roles().find_owner_level(server_.acme->project.id, server_.clock.now(), {}));
      return {};
    }));
    return level;
  }

  bool is_valid(std::int64_t slot) {
    bool valid = false;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      const auto invalid = expect_done(transaction.status_slots().list_invalidated(
          server_.acme->project.id, StatusSlot{slot}.list(), 0));
      valid = std::find(invalid.begin(), invalid.end(), StatusSlot{slot}) == invalid.end();
      return {};
    }));
    return valid;
  }

  /// True while the secret has that slot and is not revoked. A secret that has expired may keep its slot until
  /// a change invalidates it.
  bool owns_valid_slot(std::int64_t slot, const OwnSecret& secret) {
    const auto user = find(secret.user);
    if (!user) return false;
    for (const ClientCredential& record : user->secrets) {
      if (record.id != secret.id) continue;
      if (!record.is_live(server_.clock.now()) && !record.revoked_at) return is_valid(slot);
      return !record.revoked_at && record.slot.number == slot;
    }
    return false;
  }

  /// Empty unless the API user exists and is active.
  std::optional<std::vector<Role>> roles_of(const Principal& principal) {
    if (principal.kind == PrincipalKind::api_user) {
      const auto user = find(principal.id);
      if (!user || user->user.status != ApiUserStatus::active) return std::nullopt;
      return user->roles;
    }
    const auto user = find_user(principal.id);
    if (!user || user->user.status() != UserStatus::active) return std::nullopt;
    return user->roles;
  }

  bool is_within_rights(const IssuedFrom& issued) {
    const auto roles = roles_of(issued.principal);
    if (!roles) return false;
    return std::all_of(issued.roles.begin(), issued.roles.end(), [&](const Role& then) {
      return std::any_of(roles->begin(), roles->end(), [&](const Role& now) {
        return now.id == then.id && now.level >= then.level &&
               now.permissions.covers(then.permissions) &&
               std::includes(now.workspaces.begin(), now.workspaces.end(), then.workspaces.begin(),
                             then.workspaces.end());
      });
    });
  }

  TestApp server_;
  std::vector<Uuid> roles_;
  std::vector<Uuid> api_users_;
  std::multimap<Uuid, SecretString> secrets_;
  std::vector<Actor> actors_;
  std::vector<IssuedFrom> issued_;
  std::map<std::int64_t, OwnSecret> slots_;
  std::vector<KnownUser> users_;
  std::vector<SecretString> links_;
  std::map<std::int64_t, Uuid> session_slots_;
};

TEST(RandomWalk, KeepsTheLastOwnerAndRevokesEveryInvalidToken) {
  EXPECT_TRUE(rc::check([] {
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    Walk walk;
    for (const Step& step : steps) {
      walk.apply_and_check(step);
      walk.check();
    }
  }));
}

}  // namespace
}  // namespace ptkl::app
