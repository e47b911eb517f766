// The roles that a request names for somebody.
#pragma once

#include <vector>

#include "app/access/project_transaction.h"
#include "core/role.h"

namespace ptkl::app {

/// Another project's role is as unknown as one that never was: invalid_argument. Naming a role twice
/// is naming it once. conflict when they do not fit into a token together.
Result<std::vector<Role>> find_roles(ProjectTransaction& change, std::vector<Uuid> ids);

std::vector<Uuid> ids_of(const std::vector<Role>& roles);

}  // namespace ptkl::app
