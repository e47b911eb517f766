// Which permissions there are: those of our own API, and those that the project's roles hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/access/actor.h"

namespace ptkl::app {

struct ListedPermission {
  Permission permission;
  std::string description;      ///< empty for one that belongs to the services
  std::int64_t role_count = 0;  ///< how many roles of the project hold it, word for word
};

/// `roles.read`. In text order.
Result<std::vector<ListedPermission>> list_permissions(const AppContext& context,
                                                       const Actor& actor);

}  // namespace ptkl::app
