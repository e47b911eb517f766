// Lists the permissions of our own API and those that the project's roles hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/access/actor.h"

namespace ptkl::app {

struct ListedPermission {
  Permission permission;
  std::string description;      ///< empty unless our own API checks it
  std::int64_t role_count = 0;  ///< roles of the project that contain exactly this text
};

/// Requires `roles.read`. Ordered by text.
/// Errors: unauthenticated, permission_denied.
Result<std::vector<ListedPermission>> list_permissions(const AppContext& context,
                                                       const Actor& actor);

}  // namespace ptkl::app
