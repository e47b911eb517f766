// Owners hold `*` and can give everything. A project keeps at least one that can log in.
#pragma once

#include <optional>
#include <string>

#include "app/access/project_transaction.h"
#include "core/role.h"

namespace ptkl::app {

/// The highest level of an owner that can log in; absent if there is none. Giving a level requires
/// having it, so a level that no owner has could never be given again.
using OwnerLevel = std::optional<AccessLevel>;
Result<OwnerLevel> find_owner_level(ProjectTransaction& change, const OwnerFilter& filter);

/// Called before `principal`, an owner named `name`, is no longer one or loses its level.
/// Errors: conflict unless another owner of the highest level can log in.
Result<void> require_other_owner(ProjectTransaction& change, const Uuid& principal,
                                 const std::string& name);

}  // namespace ptkl::app
