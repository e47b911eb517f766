#include "app/api_users/api_users.h"

#include <algorithm>
#include <utility>

#include "app/api_users/api_user_changes.h"
#include "app/audit/record.h"
#include "app/roles/role_lookup.h"
#include "app/tokens/credential_lifecycle.h"

namespace ptkl::app {
namespace {

/// What messages call an API user.
constexpr std::string_view kApiUser = "API user";

Result<void> check_description(const std::string& description) {
  auto valid = check_free_text(description);
  if (!valid) return invalid_field("description", std::move(valid.error().message));
  return {};
}

/// The roles of `from` that are not in `without`.
std::vector<Role> subtract(const std::vector<Role>& from, const std::vector<Role>& without) {
  std::vector<Role> rest;
  std::copy_if(from.begin(), from.end(), std::back_inserter(rest), [&](const Role& role) {
    return std::none_of(without.begin(), without.end(),
                        [&](const Role& other) { return other.id == role.id; });
  });
  return rest;
}

Result<ApiUser> insert_user(ProjectTransaction& change, const CreateApiUser& request) {
  ApiUser user{.id = change.context.random_source.make_uuid(change.now),
               .username = request.username,
               .description = request.description,
               .created_at = change.now,
               .updated_at = change.now};
  auto done = change.transaction.api_users().insert(change.project, user);
  if (done) return user;
  if (done.error().code != ErrorCode::conflict) return failed(done);
  return failure(ErrorCode::conflict, "the username " + user.username.text() +
                                          " is or was in use; usernames are never reused");
}

/// An API user before and after a change.
struct Edit {
  ApiUserDetails before;
  ApiUserDetails after;

  std::vector<Role> added_roles() const { return subtract(after.roles, before.roles); }
  std::vector<Role> removed_roles() const { return subtract(before.roles, after.roles); }
  bool changes_roles() const { return !added_roles().empty() || !removed_roles().empty(); }
  bool changes_status(ApiUserStatus to) const {
    return before.user.status != to && after.user.status == to;
  }
  bool changes_nothing() const {
    return before.user.description == after.user.description &&
           before.user.status == after.user.status && !changes_roles();
  }
  bool takes_rights() const {
    return changes_status(ApiUserStatus::disabled) || !removed_roles().empty();
  }
  bool lowers_an_owner() const {
    return is_owner(before) && (!is_owner(after) || after.grants().level < before.grants().level);
  }
};

Result<Edit> plan(ProjectTransaction& change, ApiUserDetails before, const UpdateApiUser& request) {
  ApiUserDetails after = before;
  if (request.description) after.user.description = *request.description;
  if (request.status) after.user.status = *request.status;
  if (request.roles) {
    auto roles = find_roles(change, *request.roles);
    if (!roles) return failed(roles);
    after.roles = std::move(*roles);
  }
  return Edit{std::move(before), std::move(after)};
}

/// Enabling an API user gives all of its rights, not only the added roles.
Result<void> check_may_apply(const Edit& edit, const Grants& own) {
  if (edit.takes_rights()) {
    auto may = check_may_remove_from(own, edit.before.grants(), kApiUser);
    if (!may) return may;
  }
  const bool enables = edit.changes_status(ApiUserStatus::active);
  return check_may_assign(own, grants_of(enables ? edit.after.roles : edit.added_roles()));
}

Result<void> apply(ProjectTransaction& change, Edit& edit) {
  if (edit.lowers_an_owner()) {
    if (auto other = require_other_owner(change, edit.before); !other) return other;
  }
  if (auto done = store_next_version(change, edit.after.user); !done) return done;
  if (edit.changes_roles()) {
    auto done = change.transaction.api_users().replace_roles(change.project, edit.after.user.id,
                                                             ids_of(edit.after.roles));
    if (!done) return done;
  }
  if (edit.takes_rights()) {
    if (auto revoked = revoke_all_tokens(change, edit.before.secrets); !revoked) return revoked;
  }
  return record(change, {.action = audit_actions::kApiUserEdited,
                         .target = audit_target(edit.after.user),
                         .before = audit_details(edit.before),
                         .after = audit_details(edit.after)});
}

Result<ApiUserDetails> finish_creation(ProjectTransaction& change, const Uuid& id) {
  auto created = find_api_user(change.transaction, change.project, id);
  if (!created) return created;
  auto recorded = record(change, {.action = audit_actions::kApiUserCreated,
                                  .target = audit_target(created->user),
                                  .after = audit_details(*created)});
  if (!recorded) return failed(recorded);
  return created;
}

Result<void> erase(ProjectTransaction& change, ApiUserDetails user) {
  for (ClientCredential& secret : user.secrets) {
    if (!may_have_tokens(secret, change.now)) continue;
    if (auto done = revoke_credential(change, secret); !done) return done;
  }
  auto& users = change.transaction.api_users();
  if (auto done = users.erase(change.project, user.user.id, change.now); !done) return done;
  return record(change, {.action = audit_actions::kApiUserDeleted,
                         .target = audit_target(user.user),
                         .before = audit_details(user)});
}

}  // namespace

Result<Page<ApiUserDetails>> list_api_users(const AppContext& context, const Actor& actor,
                                            const NamedPageRequest<Username>& request) {
  return read_project(context, actor, permissions::kApiUsersRead,
                      [&](Transaction& transaction) -> Result<Page<ApiUserDetails>> {
                        const Uuid& project = actor.project.id;
                        auto& all = transaction.api_users();
                        if (!request.name) return all.list(project, request.page);
                        const auto id = all.find_id(project, *request.name);
                        if (!id) return failed(id);
                        if (!*id) return Page<ApiUserDetails>();
                        auto found = all.find(project, **id);
                        if (!found) return failed(found);
                        return page_of(std::move(*found), **id, request.page);
                      });
}

Result<ApiUserDetails> get_api_user(const AppContext& context, const Actor& actor, const Uuid& id) {
  return read_project(context, actor, permissions::kApiUsersRead, [&](Transaction& transaction) {
    return find_api_user(transaction, actor.project.id, id);
  });
}

Result<ApiUserDetails> create_api_user(const AppContext& context, const Actor& actor,
                                       const CreateApiUser& request) {
  if (auto allowed = require(actor, permissions::kApiUsersWrite); !allowed) return failed(allowed);
  if (auto valid = check_description(request.description); !valid) return failed(valid);
  return run_in_project(
      context, actor, permissions::kApiUsersWrite,
      [&](ProjectTransaction& change, const Grants& own) -> Result<ApiUserDetails> {
        const auto roles = find_roles(change, request.roles);
        if (!roles) return failed(roles);
        if (auto may = check_may_assign(own, grants_of(*roles)); !may) return failed(may);
        const auto user = insert_user(change, request);
        if (!user) return failed(user);
        auto assigned =
            change.transaction.api_users().replace_roles(change.project, user->id, ids_of(*roles));
        if (!assigned) return failed(assigned);
        return finish_creation(change, user->id);
      });
}

Result<ApiUserDetails> update_api_user(const AppContext& context, const Actor& actor,
                                       const Uuid& id, const UpdateApiUser& request,
                                       ExpectedVersion expected) {
  if (auto allowed = require(actor, permissions::kApiUsersWrite); !allowed) return failed(allowed);
  if (auto valid = check_description(request.description.value_or("")); !valid)
    return failed(valid);
  return run_in_project(
      context, actor, permissions::kApiUsersWrite,
      [&](ProjectTransaction& change, const Grants& own) -> Result<ApiUserDetails> {
        auto before = find_api_user(change.transaction, change.project, id);
        if (!before) return before;
        auto edit = plan(change, std::move(*before), request);
        if (!edit) return failed(edit);
        if (auto may = check_may_apply(*edit, own); !may) return failed(may);
        auto same = check_version(edit->before.user.version, expected, kApiUser);
        if (!same) return failed(same);
        if (edit->changes_nothing()) return std::move(edit->before);
        if (auto done = apply(change, *edit); !done) return failed(done);
        return find_api_user(change.transaction, change.project, id);
      });
}

Result<void> delete_api_user(const AppContext& context, const Actor& actor, const Uuid& id,
                             ExpectedVersion expected) {
  return run_in_project(context, actor, permissions::kApiUsersWrite,
                        [&](ProjectTransaction& change, const Grants& own) -> Result<void> {
                          auto user = find_api_user(change.transaction, change.project, id);
                          if (!user) return failed(user);
                          auto may = check_may_remove_from(own, user->grants(), kApiUser);
                          if (may) may = check_version(user->user.version, expected, kApiUser);
                          if (!may) return may;
                          if (is_owner(*user)) {
                            if (auto other = require_other_owner(change, *user); !other)
                              return other;
                          }
                          return erase(change, std::move(*user));
                        });
}

}  // namespace ptkl::app
