// Finds the roles that a request assigns to an API user or user.
#pragma once

#include <vector>

#include "app/access/project_transaction.h"
#include "core/role.h"

namespace ptkl::app {

/// Finds each of `ids`; repeated ids count once.
/// Errors: invalid_argument for a role that does not exist in the project; conflict if the roles do not
/// fit into a token together.
Result<std::vector<Role>> find_roles(ProjectTransaction& change, std::vector<Uuid> ids);

std::vector<Uuid> ids_of(const std::vector<Role>& roles);

}  // namespace ptkl::app
