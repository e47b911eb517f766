// The use cases around roles.
#pragma once

#include <set>

#include "app/authorize.h"
#include "core/page.h"

namespace ptkl::app {

struct NewRole {
  RoleName name;
  PermissionSet permissions;
  std::set<Workspace> workspaces;
  AccessLevel level;
};

/// `roles.read`.
Result<Page<Role>> list_roles(const Ports& ports, const Actor& actor, const PageRequest& page);
/// `roles.read`. not_found.
Result<Role> get_role(const Ports& ports, const Actor& actor, const Uuid& id);
/// `roles.write`, and every permission in it, and at least its level. conflict when the name is
/// taken, or when the role is too large for a token.
Result<Role> create_role(const Ports& ports, const Actor& actor, const NewRole& wanted);

}  // namespace ptkl::app
