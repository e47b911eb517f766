// The use cases of API user management. Each function requires the permission that its comment names
// first. Errors of each: unauthenticated, permission_denied.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/access/actor.h"
#include "app/access/expected_version.h"
#include "core/page.h"

namespace ptkl::app {

/// `api-users.read`.
Result<Page<ApiUserDetails>> list_api_users(const AppContext& context, const Actor& actor,
                                            const NamedPageRequest<Username>& request);
/// `api-users.read`. Errors: not_found.
Result<ApiUserDetails> get_api_user(const AppContext& context, const Actor& actor, const Uuid& id);

/// `api-users.write`, and what check_may_assign() requires for the roles.
/// Errors: conflict if the username is or was in use.
Result<ApiUserDetails> create_api_user(const AppContext& context, const Actor& actor,
                                       const CreateApiUser& request);

/// `api-users.write`. Adding roles requires what check_may_assign() requires for them; enabling
/// requires it for all roles of the API user. Disabling it or removing roles requires what
/// check_may_remove_from() requires for its rights before the change, and revokes all of its tokens in the
/// same transaction. Changing the description requires no more.
/// Errors, in this order: not_found, invalid_argument for unknown roles, permission_denied,
/// precondition_failed, conflict for the last owner.
Result<ApiUserDetails> update_api_user(const AppContext& context, const Actor& actor,
                                       const Uuid& id, const UpdateApiUser& request,
                                       ExpectedVersion expected);

/// `api-users.write`, and what check_may_remove_from() requires. Revokes its secrets and tokens in the same
/// transaction. The username cannot be used again. Errors: as update_api_user().
Result<void> delete_api_user(const AppContext& context, const Actor& actor, const Uuid& id,
                             ExpectedVersion expected);

}  // namespace ptkl::app
