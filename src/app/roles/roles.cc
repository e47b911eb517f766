#include "app/roles/roles.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/access/project_transaction.h"
#include "app/audit/record.h"
#include "app/roles/last_owner.h"
#include "app/roles/rights_changes.h"

namespace ptkl::app {
namespace {

Result<Role> insert_role(ProjectTransaction& change, const CreateRole& request) {
  Role role{.id = change.context.random_source.make_uuid(change.now),
            .name = request.name,
            .permissions = request.permissions,
            .workspaces = request.workspaces,
            .level = request.level,
            .created_at = change.now,
            .updated_at = change.now};
  if (auto fits = check_fits_token({role}); !fits) return failed(fits);
  auto done = change.transaction.roles().insert(change.project, role);
  if (done) {
    done = record(change, {.action = audit_actions::kRoleCreated,
                           .target = audit_target(role),
                           .after = audit_details(role)});
    if (!done) return failed(done);
    return role;
  }
  if (done.error().code != ErrorCode::conflict) return failed(done);
  return failure(ErrorCode::conflict, "a role named " + role.name.text() + " already exists");
}

Result<Role> find_role(Transaction& transaction, const Uuid& project, const Uuid& id) {
  auto role = transaction.roles().find(project, id);
  if (!role) return failed(role);
  if (!*role) return failure(ErrorCode::not_found, "there is no role " + id.text());
  return std::move(**role);
}

Result<Role> find_version(Transaction& transaction, const Uuid& project, const Uuid& id,
                          ExpectedVersion expected) {
  auto role = find_role(transaction, project, id);
  if (!role) return role;
  if (auto same = check_version(role->version, expected, "role"); !same) return failed(same);
  return role;
}

Result<void> check_may_assign(const Grants& own, const Role& role) {
  return ptkl::check_may_assign(own, grants_of({role}));
}

Role with(Role role, const UpdateRole& request) {
  if (request.permissions) role.permissions = *request.permissions;
  if (request.workspaces) role.workspaces = *request.workspaces;
  if (request.level) role.level = *request.level;
  return role;
}

bool give_the_same(const Role& one, const Role& other) {
  return one.permissions == other.permissions && one.workspaces == other.workspaces &&
         one.level == other.level;
}

bool takes_rights(const Role& before, const Role& after) {
  return !after.permissions.covers(before.permissions) || after.level < before.level ||
         !std::includes(after.workspaces.begin(), after.workspaces.end(), before.workspaces.begin(),
                        before.workspaces.end());
}

bool adds_rights(const Role& before, const Role& after) { return takes_rights(after, before); }

/// Checks the tokens that the holders would get with the role as it is in `after`.
Result<void> check_fits_tokens_of_holders(Transaction& transaction, const Uuid& project,
                                          const Role& after) {
  const auto holdings = transaction.roles().list_holdings(project, after.id);
  if (!holdings) return failed(holdings);
  for (const std::vector<Uuid>& ids : *holdings) {
    std::vector<Role> held;
    for (const Uuid& one : ids) {
      auto role = transaction.roles().find(project, one);
      if (!role) return failed(role);
      // A deleted role has holders until they are reached.
      if (*role) held.push_back(one == after.id ? after : **role);
    }
    if (auto fits = check_fits_token(held); !fits) return fits;
  }
  return {};
}

/// Reading many holders again within the transaction would make others wait.
constexpr std::string_view kChangedMeanwhile =
    "the role was changed by others at the same time; try again";
constexpr int kMaxEditAttempts = 3;

bool was_changed_meanwhile(const Result<Role>& edited) {
  return !edited && edited.error().code == ErrorCode::conflict &&
         edited.error().message == kChangedMeanwhile;
}

/// What an edit needs to know about the holders of a role, read before the transaction if they are many, because
/// reading all of them takes long.
struct HolderSurvey {
  std::int64_t role_version = 0;  ///< 0 if there was no survey
  std::int64_t holders = 0;       ///< counted only if the edit takes rights
  Result<void> fits = {};         ///< checked only if the edit adds rights
};

Result<HolderSurvey> survey_holders(Transaction& transaction, const Uuid& project,
                                    const Role& before, const Role& after) {
  HolderSurvey survey{.role_version = before.version};
  if (takes_rights(before, after)) {
    const auto holders = transaction.roles().count_holders(project, before.id);
    if (!holders) return failed(holders);
    survey.holders = holders->api_users + holders->users;
  }
  if (adds_rights(before, after)) {
    survey.fits = check_fits_tokens_of_holders(transaction, project, after);
  }
  return survey;
}

/// The survey is empty if the role has few holders or does not exist.
Result<HolderSurvey> survey_many_holders(const AppContext& context, const Actor& actor,
                                         const Uuid& id, const UpdateRole& request) {
  const Uuid& project = actor.project.id;
  return read_snapshot(context.store, [&](Transaction& transaction) -> Result<HolderSurvey> {
    const auto before = transaction.roles().find(project, id);
    if (!before) return failed(before);
    if (!*before) return HolderSurvey();
    const auto many = transaction.roles().has_more_holders(project, id, kMaxHoldersPerTransaction);
    if (!many) return failed(many);
    if (!*many) return HolderSurvey();
    return survey_holders(transaction, project, **before, with(**before, request));
  });
}

/// Errors: conflict if the highest level of an owner that can log in was `before` and is lower now.
Result<void> check_owners(ProjectTransaction& change, const Role& role, const OwnerLevel& before,
                          const OwnerFilter& filter) {
  const auto after = find_owner_level(change, filter);
  if (!after) return failed(after);
  if (*after >= before) return {};
  return failure(ErrorCode::conflict,
                 "without the role " + role.name.text() + " no owner of level " +
                     std::to_string(before->value()) +
                     " could log in; give * and that level to an API user with a secret, or to a "
                     "user, by other roles first");
}

/// Called after the commit.
void wake_worker(const AppContext& context, std::int64_t pending_status_updates) {
  const bool has_work = pending_status_updates > 0 && context.rights_changed != nullptr;
  if (has_work) context.rights_changed->notify();
}

/// `survey` is from survey_many_holders(); few holders are surveyed here.
Result<Role> store_edit(ProjectTransaction& change, const Role& before, Role after,
                        HolderSurvey survey) {
  const auto owner_before = find_owner_level(change, {});
  if (!owner_before) return failed(owner_before);
  if (auto fits = check_fits_token({after}); !fits) return failed(fits);
  ++after.version;
  after.updated_at = change.now;
  auto done = change.transaction.roles().update(change.project, after);
  if (done) done = check_owners(change, before, *owner_before, {});
  if (!done) return failed(done);
  const auto many = change.transaction.roles().has_more_holders(change.project, after.id,
                                                                kMaxHoldersPerTransaction);
  if (!many) return failed(many);
  if (*many && survey.role_version != before.version) {
    return failure(ErrorCode::conflict, std::string(kChangedMeanwhile));
  }
  if (!*many) {
    auto surveyed = survey_holders(change.transaction, change.project, before, after);
    if (!surveyed) return failed(surveyed);
    survey = std::move(*surveyed);
  }
  done = survey.fits;
  if (done && takes_rights(before, after)) {
    const auto pending = revoke_tokens_of_holders(change, after, survey.holders);
    if (!pending) return failed(pending);
    after.pending_status_updates += *pending;
  }
  if (done) {
    done = record(change, {.action = audit_actions::kRoleEdited,
                           .target = audit_target(after),
                           .before = audit_details(before),
                           .after = audit_details(after)});
  }
  if (!done) return failed(done);
  return after;
}

Result<Role> edit_once(const AppContext& context, const Actor& actor, const Uuid& id,
                       const UpdateRole& request, ExpectedVersion expected) {
  const auto survey = survey_many_holders(context, actor, id, request);
  if (!survey) return failed(survey);
  return run_in_project(context, actor, permissions::kRolesWrite,
                        [&](ProjectTransaction& change, const Grants& own) -> Result<Role> {
                          auto before =
                              find_version(change.transaction, change.project, id, expected);
                          if (!before) return before;
                          Role after = with(*before, request);
                          if (auto may = check_may_assign(own, *before); !may) return failed(may);
                          if (auto may = check_may_assign(own, after); !may) return failed(may);
                          if (give_the_same(*before, after)) return before;
                          return store_edit(change, *before, std::move(after), *survey);
                        });
}

struct PlannedDeletion {
  Role role;
  RoleDeletion answer;
};

Result<PlannedDeletion> plan_deletion(ProjectTransaction& change, const Grants& own, const Uuid& id,
                                      ExpectedVersion expected) {
  auto role = find_version(change.transaction, change.project, id, expected);
  if (!role) return failed(role);
  if (auto may = check_may_assign(own, *role); !may) return failed(may);
  const auto owner_before = find_owner_level(change, {});
  if (!owner_before) return failed(owner_before);
  auto kept = check_owners(change, *role, *owner_before, {.exclude_role = id});
  if (!kept) return failed(kept);
  return PlannedDeletion{std::move(*role), {}};
}

Result<void> count_affected(Transaction& transaction, const Uuid& project,
                            PlannedDeletion& planned) {
  const auto holders = transaction.roles().count_holders(project, planned.role.id);
  if (!holders) return failed(holders);
  planned.answer.affected_api_users = holders->api_users;
  planned.answer.affected_users = holders->users;
  return {};
}

Result<void> apply_deletion(ProjectTransaction& change, PlannedDeletion& planned,
                            const RoleHolders& many_holders) {
  const Role& role = planned.role;
  auto& roles = change.transaction.roles();
  const auto in_steps = needs_background_steps(change, role.id);
  if (!in_steps) return failed(in_steps);
  planned.answer.affected_api_users = many_holders.api_users;
  planned.answer.affected_users = many_holders.users;
  const auto many = roles.has_more_holders(change.project, role.id, kMaxHoldersPerTransaction);
  if (!many) return failed(many);
  if (!*many) {
    auto counted = count_affected(change.transaction, change.project, planned);
    if (!counted) return counted;
  }
  const auto pending = revoke_tokens_of_holders(
      change, role, planned.answer.affected_api_users + planned.answer.affected_users);
  if (!pending) return failed(pending);
  planned.answer.pending_status_updates = *pending;
  auto done = *in_steps ? roles.mark_deleted(change.project, role.id)
                        : roles.erase(change.project, role.id, change.now);
  if (!done) return done;
  return record(change, {.action = audit_actions::kRoleDeleted,
                         .target = audit_target(role),
                         .before = audit_details(role)});
}

}  // namespace

Result<Page<Role>> list_roles(const AppContext& context, const Actor& actor,
                              const NamedPageRequest<RoleName>& request) {
  return read_project(context, actor, permissions::kRolesRead,
                      [&](Transaction& transaction) -> Result<Page<Role>> {
                        const Uuid& project = actor.project.id;
                        auto& all = transaction.roles();
                        if (!request.name) return all.list(project, request.page);
                        const auto id = all.find_id(project, *request.name);
                        if (!id) return failed(id);
                        if (!*id) return Page<Role>();
                        auto found = all.find(project, **id);
                        if (!found) return failed(found);
                        return page_of(std::move(*found), **id, request.page);
                      });
}

Result<Role> get_role(const AppContext& context, const Actor& actor, const Uuid& id) {
  return read_project(context, actor, permissions::kRolesRead, [&](Transaction& transaction) {
    return find_role(transaction, actor.project.id, id);
  });
}

Result<Role> create_role(const AppContext& context, const Actor& actor, const CreateRole& request) {
  return run_in_project(
      context, actor, permissions::kRolesWrite,
      [&](ProjectTransaction& change, const Grants& own) -> Result<Role> {
        const Grants given{request.permissions, request.workspaces, request.level};
        if (auto may = check_may_assign(own, given); !may) return failed(may);
        return insert_role(change, request);
      });
}

Result<Role> update_role(const AppContext& context, const Actor& actor, const Uuid& id,
                         const UpdateRole& request, ExpectedVersion expected) {
  if (auto allowed = require(actor, permissions::kRolesWrite); !allowed) return failed(allowed);
  Result<Role> updated = edit_once(context, actor, id, request, expected);
  for (int attempt = 1; attempt < kMaxEditAttempts && was_changed_meanwhile(updated); ++attempt) {
    updated = edit_once(context, actor, id, request, expected);
  }
  if (updated) wake_worker(context, updated->pending_status_updates);
  return updated;
}

Result<RoleDeletion> delete_role(const AppContext& context, const Actor& actor, const Uuid& id,
                                 ExpectedVersion expected) {
  if (auto allowed = require(actor, permissions::kRolesWrite); !allowed) return failed(allowed);
  // Before the transaction, because counting many holders takes long.
  const auto holders = read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.roles().count_holders(actor.project.id, id);
  });
  if (!holders) return failed(holders);
  auto deleted =
      run_in_project(context, actor, permissions::kRolesWrite,
                     [&](ProjectTransaction& change, const Grants& own) -> Result<RoleDeletion> {
                       auto planned = plan_deletion(change, own, id, expected);
                       if (!planned) return failed(planned);
                       auto done = apply_deletion(change, *planned, *holders);
                       if (!done) return failed(done);
                       return planned->answer;
                     });
  if (deleted) wake_worker(context, deleted->pending_status_updates);
  return deleted;
}

Result<RoleDeletion> preview_role_deletion(const AppContext& context, const Actor& actor,
                                           const Uuid& id, ExpectedVersion expected) {
  return read_project(context, actor, permissions::kRolesWrite,
                      [&](Transaction& transaction) -> Result<RoleDeletion> {
                        const auto own = require_now(transaction, actor, permissions::kRolesWrite);
                        if (!own) return failed(own);
                        ProjectTransaction change{context, transaction, actor.project.id,
                                                  context.clock.now(), actor.initiator()};
                        auto planned = plan_deletion(change, *own, id, expected);
                        if (!planned) return failed(planned);
                        auto counted = count_affected(transaction, actor.project.id, *planned);
                        if (!counted) return failed(counted);
                        return planned->answer;
                      });
}

Result<std::vector<RightsChange>> list_pending_status_updates(const AppContext& context,
                                                              const Actor& actor) {
  return read_project(context, actor, permissions::kRolesRead, [&](Transaction& transaction) {
    return transaction.rights_changes().list(actor.project.id);
  });
}

}  // namespace ptkl::app
