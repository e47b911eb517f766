// Whoever holds `*` can give everything. Somebody must stay who can.
#pragma once

#include <optional>
#include <string>

#include "app/access/project_transaction.h"
#include "core/role.h"

namespace ptkl::app {

/// The highest level of an owner who can log in; absent when there is none. What it takes to give a
/// level is to have it: a level that no owner has is lost for ever, as `*` would be.
using OwnerLevel = std::optional<AccessLevel>;
Result<OwnerLevel> find_owner_level(ProjectTransaction& change, const OwnerFilter& without);

/// Asked before `principal`, an owner of that name, stops being one, or loses its level. conflict when
/// nobody else who holds `*` and is of the highest level could log in afterwards.
Result<void> require_other_owner(ProjectTransaction& change, const Uuid& principal,
                                 const std::string& name);

}  // namespace ptkl::app
