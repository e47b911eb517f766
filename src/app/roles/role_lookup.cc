#include "app/roles/role_lookup.h"

#include <algorithm>
#include <utility>

namespace ptkl::app {

Result<std::vector<Role>> find_roles(ProjectTransaction& change, std::vector<Uuid> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<Role> roles;
  for (const Uuid& id : ids) {
    auto role = change.transaction.roles().find(change.project, id);
    if (!role) return failed(role);
    if (!*role) return invalid_field("roles", "there is no role " + id.text());
    roles.push_back(std::move(**role));
  }
  if (auto fits = check_fits_token(roles); !fits) return failed(fits);
  return roles;
}

std::vector<Uuid> ids_of(const std::vector<Role>& roles) {
  std::vector<Uuid> ids;
  ids.reserve(roles.size());
  for (const Role& role : roles) ids.push_back(role.id);
  return ids;
}

}  // namespace ptkl::app
