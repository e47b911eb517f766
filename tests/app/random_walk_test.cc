// Random sequences of changes by random actors, stale ones too: what must never happen, never does.
#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "app/overlaps.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::expect_done;
using testing::TestApp;

enum class Kind {
  create,
  make_secret,
  make_overlapping_secret,
  revoke_all,
  revoke_one,
  set_roles,
  disable,
  enable,
  erase,
  make_secret_until_idle,
  edit_role,
  delete_role,
  log_in,
  wait,
  end_overlaps,
};
constexpr int kKinds = 15;

/// `who`, `whom` and `pick` choose among what there is at the time.
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
  Uuid user;
  std::vector<Role> roles;  ///< as they were then
};

class Walk {
 public:
  Walk() {
    const Actor owner = server_.owner();
    roles_.push_back(owner.roles.front().id);
    roles_.push_back(server_.make_role("writer", "api-users.* components.*", 50).id);
    roles_.push_back(server_.make_role("reader", "components.read").id);
    users_.push_back(owner.principal.id);
    secrets_.emplace(owner.principal.id, server_.acme->secret.text().clone());
    actors_.push_back(owner);
    look();
  }

  void take(const Step& step) {
    const Actor& actor = actors_[step.who % actors_.size()];
    const Uuid user = users_[step.whom % users_.size()];
    apply(step, actor, user);
    look();
  }

  void check() {
    RC_ASSERT(owner_level() == testing::access_level(100));
    for (const auto& [slot, secret] : slots_) RC_ASSERT(is_valid(slot) == is_alive(slot, secret));
    for (const IssuedFrom& issued : issued_) {
      if (server_.is_good(issued.token)) RC_ASSERT(still_deserved(issued));
    }
  }

 private:
  struct OwnSecret {
    Uuid user;
    SecretId id;
  };

  void apply(const Step& step, const Actor& actor, const Uuid& user) {
    const Ports ports = server_.ports();
    switch (step.kind) {
      case Kind::create: {
        const std::string name = "user-" + std::to_string(users_.size());
        const auto made =
            create_api_user(ports, actor, {testing::username(name), "", some_roles(step.pick)});
        if (made) users_.push_back(made->user.id);
        break;
      }
      case Kind::make_secret:
        keep(make_secret(ports, actor, user, {}));
        break;
      case Kind::make_overlapping_secret:
        keep(make_secret(ports, actor, user, {.overlap = 10min, .expires_in = {}, .label = ""}));
        break;
      case Kind::revoke_all:
        (void)revoke_secrets(ports, actor, user);
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
        (void)delete_api_user(ports, actor, user, {});
        break;
      case Kind::make_secret_until_idle:
        keep(make_secret(ports, actor, user,
                         {.overlap = 20min, .expires_in = {}, .label = "", .until_idle = 5min}));
        break;
      case Kind::edit_role:
        (void)update_role(ports, actor, some_role(step.whom), some_edit(step.pick), {});
        break;
      case Kind::delete_role:
        (void)delete_role(ports, actor, some_role(step.pick), {});
        break;
      case Kind::log_in:
        log_in(user);
        break;
      case Kind::wait:
        server_.clock.advance(7min);
        break;
      case Kind::end_overlaps:
        (void)expect_done(end_overlaps(ports, Timestamp{}));
        check_that_overlaps_have_ended();
        break;
    }
  }

  void update(const Actor& actor, const Uuid& user, const ApiUserChange& change) {
    (void)update_api_user(server_.ports(), actor, user, change, {});
  }
  void keep(Result<NewSecret> made) {
    if (made) secrets_.emplace(made->user.id, made->secret.text().clone());
  }
  void revoke_some(const Actor& actor, const Uuid& user, std::size_t pick) {
    const auto found = find(user);
    if (!found || found->secrets.empty()) return;
    (void)revoke_secret(server_.ports(), actor, user,
                        found->secrets[pick % found->secrets.size()].id);
  }

  /// Tries every secret that the API user ever had.
  void log_in(const Uuid& user) {
    const auto [first, last] = secrets_.equal_range(user);
    for (auto entry = first; entry != last; ++entry) {
      auto issued = issue_token(server_.ports(), server_.token_request(user.text(), entry->second));
      if (!issued) continue;
      auto actor = authenticate(server_.ports(), "acme", issued->access_token.reveal());
      RC_ASSERT(actor.has_value());
      issued_.push_back({std::move(issued->access_token), user, actor->roles});
      actors_.push_back(std::move(*actor));
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

  static RoleChange some_edit(std::size_t pick) {
    const char* const permissions[] = {
        "",  "components.read",          "components.* api-users.write",
        "*", "api-users.* components.*", "roles.* api-users.read"};
    const char* const workspaces[] = {"", "eu", "eu us"};
    RoleChange change;
    if (pick % 2 == 0) change.permissions = testing::permission_set(permissions[pick % 6]);
    if (pick % 3 == 0) change.workspaces = expect_done(parse_workspaces(workspaces[pick % 9 / 3]));
    if (pick % 5 == 0) change.level = testing::access_level(static_cast<int>(pick));
    return change;
  }

  /// Once somebody has looked, what was replaced works no longer than it should, nor do its tokens.
  void check_that_overlaps_have_ended() {
    for (const Uuid& user : users_) {
      const auto found = find(user);
      if (!found) continue;
      for (const SecretRecord& secret : found->secrets) {
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

  /// Remembers every slot that a secret has or had.
  void look() {
    for (const Uuid& user : users_) {
      const auto found = find(user);
      if (!found) continue;
      for (const SecretRecord& secret : found->secrets)
        slots_.insert_or_assign(secret.slot.number, OwnSecret{user, secret.id});
    }
  }

  std::optional<AccessLevel> owner_level() {
    std::optional<AccessLevel> level;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      level = expect_done(transaction.api_users().find_owner_level(server_.acme->project.id,
                                                                   server_.clock.now(), {}));
      return {};
    }));
    return level;
  }

  bool is_valid(std::int64_t slot) {
    bool valid = false;
    expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      // Whoever is active will do: a slot is good or not for all of them.
      valid = std::any_of(users_.begin(), users_.end(), [&](const Uuid& user) {
        const auto owner =
            expect_done(transaction.find_token_owner(server_.acme->project.id, {user, {}, {slot}}));
        return owner && owner->token_is_good;
      });
      return {};
    }));
    return valid;
  }

  /// True while the secret has that slot and was not revoked. One that came to its end by itself may
  /// keep the slot, until something takes it away.
  bool is_alive(std::int64_t slot, const OwnSecret& secret) {
    const auto user = find(secret.user);
    if (!user) return false;
    for (const SecretRecord& record : user->secrets) {
      if (record.id != secret.id) continue;
      if (!record.is_live(server_.clock.now()) && !record.revoked_at) return is_valid(slot);
      return !record.revoked_at && record.slot.number == slot;
    }
    return false;
  }

  bool still_deserved(const IssuedFrom& issued) {
    const auto user = find(issued.user);
    if (!user || user->user.status != ApiUserStatus::active) return false;
    return std::all_of(issued.roles.begin(), issued.roles.end(), [&](const Role& then) {
      return std::any_of(user->roles.begin(), user->roles.end(), [&](const Role& now) {
        return now.id == then.id && now.level >= then.level &&
               now.permissions.covers(then.permissions) &&
               std::includes(now.workspaces.begin(), now.workspaces.end(), then.workspaces.begin(),
                             then.workspaces.end());
      });
    });
  }

  TestApp server_;
  std::vector<Uuid> roles_;
  std::vector<Uuid> users_;
  std::multimap<Uuid, SecretString> secrets_;
  std::vector<Actor> actors_;
  std::vector<IssuedFrom> issued_;
  std::map<std::int64_t, OwnSecret> slots_;
};

TEST(RandomWalk, NeverLosesTheLastOwnerAndNeverLeavesATokenThatNobodyShouldHave) {
  EXPECT_TRUE(rc::check([] {
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    Walk walk;
    for (const Step& step : steps) {
      walk.take(step);
      walk.check();
    }
  }));
}

}  // namespace
}  // namespace ptkl::app
