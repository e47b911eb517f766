// What every use case that changes an API user does.
#pragma once

#include "app/access/project_transaction.h"
#include "app/api_users/api_users.h"
#include "app/roles/last_owner.h"
#include "core/api_user.h"

namespace ptkl::app {

/// not_found, for another project's too.
Result<ApiUserDetails> find_api_user(Transaction& transaction, const Uuid& project, const Uuid& id);

/// Stores `user` as its next version.
Result<void> store_next_version(ProjectTransaction& change, ApiUser& user);

/// True for an active API user that holds `*`.
bool is_owner(const ApiUserDetails& user);

/// As for any owner; for one that is_owner().
Result<void> require_other_owner(ProjectTransaction& change, const ApiUserDetails& user);

}  // namespace ptkl::app
