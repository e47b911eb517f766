// The use cases around roles.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "app/access/actor.h"
#include "app/access/expected_version.h"
#include "core/page.h"

namespace ptkl::app {

struct RoleDeletion {
  std::int64_t affected_api_users = 0;  ///< how many had the role
  std::int64_t affected_users = 0;      ///< the same of people; who is invited counts too
};

/// `roles.read`.
Result<Page<Role>> list_roles(const AppContext& context, const Actor& actor,
                              const NamedPageRequest<RoleName>& request);
/// `roles.read`. not_found.
Result<Role> get_role(const AppContext& context, const Actor& actor, const Uuid& id);
/// `roles.write`, and what check_may_give() requires for it. conflict when the name is taken, or
/// when the role is too large for a token.
Result<Role> create_role(const AppContext& context, const Actor& actor, const CreateRole& wanted);

/// `roles.write`, and what check_may_give() requires for the role before and after the change: a
/// caller can neither widen a role beyond its own rights nor take away what it could not give. What
/// takes rights away ends every token of everyone who has the role in the same transaction, also
/// where another role gives the same. conflict when the change would lower the highest level of the
/// owners that can log in, or when a role, or all roles of an API user or user, would be too large
/// for a token.
Result<Role> update_role(const AppContext& context, const Actor& actor, const Uuid& id,
                         const UpdateRole& wanted, ExpectedVersion expected);

/// Asks for the same as an edit that leaves nothing of it, and does the same; everyone who has the
/// role loses it. The name may be used again.
Result<RoleDeletion> delete_role(const AppContext& context, const Actor& actor, const Uuid& id,
                                 ExpectedVersion expected);

/// What delete_role() would answer now. Changes nothing.
Result<RoleDeletion> preview_role_deletion(const AppContext& context, const Actor& actor,
                                           const Uuid& id, ExpectedVersion expected);

}  // namespace ptkl::app
