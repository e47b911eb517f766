#include "app/roles/roles.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/access/project_transaction.h"
#include "app/audit/record.h"
#include "app/roles/last_owner.h"
#include "app/tokens/credential_lifecycle.h"
#include "app/tokens/sessions.h"

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

/// Requires: the changed role is stored.
Result<void> check_fits_tokens_of_holders(ProjectTransaction& change, const Uuid& id) {
  auto& roles = change.transaction.roles();
  const auto holdings = roles.list_holdings(change.project, id);
  if (!holdings) return failed(holdings);
  for (const std::vector<Uuid>& ids : *holdings) {
    std::vector<Role> held;
    for (const Uuid& one : ids) {
      auto role = find_role(change.transaction, change.project, one);
      if (!role) return failed(role);
      held.push_back(std::move(*role));
    }
    if (auto fits = check_fits_token(held); !fits) return fits;
  }
  return {};
}

/// Revokes the tokens that were issued while the role had more rights.
Result<void> revoke_tokens_of_holders(ProjectTransaction& change, const Uuid& id) {
  auto advanced = change.transaction.projects().advance_rights_version(change.project, change.now);
  if (!advanced) return advanced;
  auto secrets =
      change.transaction.client_credentials().list_of_holders(change.project, id, change.now);
  if (!secrets) return failed(secrets);
  if (auto revoked = revoke_all_tokens(change, std::move(*secrets)); !revoked) return revoked;
  const auto sessions = change.transaction.sessions().list_of_holders(change.project, id);
  if (!sessions) return failed(sessions);
  return end_sessions(change, *sessions);
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

Result<Role> store_edit(ProjectTransaction& change, const Role& before, Role after) {
  const auto owner_before = find_owner_level(change, {});
  if (!owner_before) return failed(owner_before);
  if (auto fits = check_fits_token({after}); !fits) return failed(fits);
  ++after.version;
  after.updated_at = change.now;
  auto done = change.transaction.roles().update(change.project, after);
  if (done) done = check_owners(change, before, *owner_before, {});
  if (done) done = check_fits_tokens_of_holders(change, after.id);
  if (done && takes_rights(before, after)) done = revoke_tokens_of_holders(change, after.id);
  if (done) {
    done = record(change, {.action = audit_actions::kRoleEdited,
                           .target = audit_target(after),
                           .before = audit_details(before),
                           .after = audit_details(after)});
  }
  if (!done) return failed(done);
  return after;
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
  const auto holders = change.transaction.roles().count_holders(change.project, id);
  if (!holders) return failed(holders);
  return PlannedDeletion{std::move(*role), RoleDeletion{holders->api_users, holders->users}};
}

Result<void> apply_deletion(ProjectTransaction& change, const PlannedDeletion& planned) {
  const Role& role = planned.role;
  if (auto done = revoke_tokens_of_holders(change, role.id); !done) return done;
  auto done = change.transaction.roles().erase(change.project, role.id, change.now);
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
  return run_in_project(context, actor, permissions::kRolesWrite,
                        [&](ProjectTransaction& change, const Grants& own) -> Result<Role> {
                          auto before =
                              find_version(change.transaction, change.project, id, expected);
                          if (!before) return before;
                          Role after = with(*before, request);
                          if (auto may = check_may_assign(own, *before); !may) return failed(may);
                          if (auto may = check_may_assign(own, after); !may) return failed(may);
                          if (give_the_same(*before, after)) return before;
                          return store_edit(change, *before, std::move(after));
                        });
}

Result<RoleDeletion> delete_role(const AppContext& context, const Actor& actor, const Uuid& id,
                                 ExpectedVersion expected) {
  return run_in_project(context, actor, permissions::kRolesWrite,
                        [&](ProjectTransaction& change, const Grants& own) -> Result<RoleDeletion> {
                          auto planned = plan_deletion(change, own, id, expected);
                          if (!planned) return failed(planned);
                          auto done = apply_deletion(change, *planned);
                          if (!done) return failed(done);
                          return planned->answer;
                        });
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
                        return planned->answer;
                      });
}

}  // namespace ptkl::app
