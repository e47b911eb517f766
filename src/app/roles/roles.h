// The use cases of role management. Each function requires the permission that its comment names
// first. Errors of each: unauthenticated, permission_denied.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/access/actor.h"
#include "app/access/expected_version.h"
#include "core/page.h"

namespace ptkl::app {

struct RoleDeletion {
  std::int64_t affected_api_users = 0;  ///< API users that had the role
  std::int64_t affected_users = 0;      ///< users that had the role, invited ones included
  /// Holders whose status slots are still to be invalidated.
  std::int64_t pending_status_updates = 0;
};

/// `roles.read`.
Result<Page<Role>> list_roles(const AppContext& context, const Actor& actor,
                              const NamedPageRequest<RoleName>& request);
/// `roles.read`. Errors: not_found.
Result<Role> get_role(const AppContext& context, const Actor& actor, const Uuid& id);
/// `roles.write`, and what check_may_assign() requires for the role.
/// Errors: conflict if the name is taken or the role is too large for a token.
Result<Role> create_role(const AppContext& context, const Actor& actor, const CreateRole& request);

/// `roles.write`, and what check_may_assign() requires for the role before and after the change: a
/// caller can neither widen a role beyond its own rights nor take away what it could not give. A
/// change that takes rights away ends every token of every holder, even if another role gives the same
/// rights: for our own API and introspection with the commit, for status lists as
/// app/roles/rights_changes.h describes.
/// Errors: not_found; precondition_failed; conflict if the change would lower the highest level of the
/// owners that can log in, or if the role, or all roles of a holder, would be too large for a token. With
/// more than kMaxHoldersPerTransaction holders, roles that are assigned during the call are not considered.
Result<Role> update_role(const AppContext& context, const Actor& actor, const Uuid& id,
                         const UpdateRole& request, ExpectedVersion expected);

/// Requires and does the same as an update that removes everything from the role, takes the role from
/// every holder and deletes it. The name can be used again. Errors: as update_role().
Result<RoleDeletion> delete_role(const AppContext& context, const Actor& actor, const Uuid& id,
                                 ExpectedVersion expected);

/// What delete_role() would return or fail with now. Changes nothing.
Result<RoleDeletion> preview_role_deletion(const AppContext& context, const Actor& actor,
                                           const Uuid& id, ExpectedVersion expected);

/// `roles.read`. Returns the changes that still have to reach holders, also those of deleted roles, oldest
/// first.
Result<std::vector<RightsChange>> list_pending_status_updates(const AppContext& context,
                                                              const Actor& actor);

struct ListedPermission {
  Permission permission;
  std::string description;      ///< empty unless our own API checks it
  std::int64_t role_count = 0;  ///< roles of the project that contain exactly this text
};

/// Requires `roles.read`. Ordered by text.
/// Errors: unauthenticated, permission_denied.
Result<std::vector<ListedPermission>> list_permissions(const AppContext& context,
                                                       const Actor& actor);

}  // namespace ptkl::app
