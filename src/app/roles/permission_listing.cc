#include <map>
#include <optional>
#include <utility>

#include "app/access/project_transaction.h"
#include "app/roles/roles.h"
#include "base/check.h"

namespace ptkl::app {
namespace {

using Listing = std::map<Permission, ListedPermission>;

Listing list_of_system() {
  Listing listing;
  for (const SystemPermission& one : system_permissions()) {
    const auto permission = Permission::parse(one.text);
    PTKL_CHECK(permission);
    listing.emplace(*permission, ListedPermission{*permission, std::string(one.description), 0});
  }
  return listing;
}

void count(const Role& role, Listing& listing) {
  for (const Permission& permission : role.permissions) {
    ++listing.try_emplace(permission, ListedPermission{permission, "", 0}).first->second.role_count;
  }
}

Result<Listing> read_listing(Transaction& transaction, const Uuid& project) {
  Listing listing = list_of_system();
  PageRequest page{.after = std::nullopt, .limit = kMaxPageSize};
  do {
    const auto roles = transaction.roles().list(project, page);
    if (!roles) return failed(roles);
    for (const Role& role : roles->items) count(role, listing);
    page.after = roles->next;
  } while (page.after);
  return listing;
}

}  // namespace

Result<std::vector<ListedPermission>> list_permissions(const AppContext& context,
                                                       const Actor& actor) {
  auto listing = read_project(
      context, actor, permissions::kRolesRead,
      [&](Transaction& transaction) { return read_listing(transaction, actor.project.id); });
  if (!listing) return failed(listing);
  std::vector<ListedPermission> listed;
  listed.reserve(listing->size());
  for (auto& [permission, one] : *listing) listed.push_back(std::move(one));
  return listed;
}

}  // namespace ptkl::app
