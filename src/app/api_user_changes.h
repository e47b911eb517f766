// What every use case that changes an API user does.
#pragma once

#include <optional>

#include "app/api_users.h"
#include "app/project_change.h"
#include "core/api_user.h"

namespace ptkl::app {

/// not_found, for another project's too.
Result<ApiUserDetails> find_api_user(Transaction& transaction, const Uuid& project, const Uuid& id);

/// precondition_failed unless `user` is of that version, or any will do.
Result<void> check_version(const ApiUser& user, ExpectedVersion expected);

/// Stores `user` as its next version.
Result<void> store_next_version(ProjectChange& change, ApiUser& user);

/// True for an active API user that holds `*`.
bool is_owner(const ApiUserDetails& user);

/// The highest level of an owner who can log in; absent when there is none. What it takes to give a
/// level is to have it: a level that no owner has is lost for ever, as `*` would be.
using OwnerLevel = std::optional<AccessLevel>;
Result<OwnerLevel> find_owner_level(ProjectChange& change, const OwnersWithout& without);

/// Asked before `user`, an owner, stops being one, or loses its level. conflict when nobody else who
/// holds `*` and is of the highest level could log in afterwards.
Result<void> keep_another_owner(ProjectChange& change, const ApiUserDetails& user);

}  // namespace ptkl::app
