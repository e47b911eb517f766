// The use cases around API users. Each asks for the permission that it needs itself.
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
/// `api-users.read`. not_found.
Result<ApiUserDetails> get_api_user(const AppContext& context, const Actor& actor, const Uuid& id);

/// `api-users.write`, and what check_may_give() requires for the roles. conflict when the username
/// is or was taken.
Result<ApiUserDetails> create_api_user(const AppContext& context, const Actor& actor,
                                       const CreateApiUser& wanted);

/// `api-users.write`. Adding roles requires what check_may_give() requires for them; enabling
/// requires it for all roles of the API user. Disabling it or removing roles requires what
/// check_may_take_from() requires, for all that it had before, and ends every token of the API user
/// in the same transaction. Changing the description requires no more. Errors, in this order:
/// not_found, invalid_argument for unknown roles, permission_denied, precondition_failed, conflict
/// for the last owner.
Result<ApiUserDetails> update_api_user(const AppContext& context, const Actor& actor,
                                       const Uuid& id, const UpdateApiUser& wanted,
                                       ExpectedVersion expected);

/// `api-users.write`, and what check_may_take_from() requires. Ends its secrets and tokens at once;
/// the username stays taken. Errors as above.
Result<void> delete_api_user(const AppContext& context, const Actor& actor, const Uuid& id,
                             ExpectedVersion expected);

}  // namespace ptkl::app
