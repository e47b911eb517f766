// Steps that all use cases that change an API user share.
#pragma once

#include "app/access/project_transaction.h"
#include "app/api_users/api_users.h"
#include "app/roles/last_owner.h"
#include "core/api_user.h"

namespace ptkl::app {

/// Errors: not_found, also for an API user of another project.
Result<ApiUserDetails> find_api_user(Transaction& transaction, const Uuid& project, const Uuid& id);

/// Increments the version of `user` and stores it.
Result<void> store_next_version(ProjectTransaction& change, ApiUser& user);

/// True for an active API user that holds `*`.
bool is_owner(const ApiUserDetails& user);

/// As require_other_owner() of app/roles/last_owner.h. Requires: is_owner(user).
Result<void> require_other_owner(ProjectTransaction& change, const ApiUserDetails& user);

}  // namespace ptkl::app
