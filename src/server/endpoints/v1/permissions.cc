// GET /v1/projects/{project}/permissions
#include "wire/permissions.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <boost/json/array.hpp>

#include "app/roles/permission_listing.h"
#include "server/api/json_response.h"
#include "server/api/pagination.h"
#include "server/api/query_parameters.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"

namespace ptkl::server::endpoints {
namespace {

/// What comes after the cursor in the order of the list, whether that one is still there or not.
ShortPage<app::ListedPermission> page_of(const std::vector<app::ListedPermission>& all,
                                         const PermissionPageRequest& wanted) {
  std::span<const app::ListedPermission> rest = all;
  if (wanted.after) {
    const auto first = std::find_if(all.begin(), all.end(), [&](const app::ListedPermission& one) {
      return one.permission > *wanted.after;
    });
    rest = rest.subspan(static_cast<std::size_t>(first - all.begin()));
  }
  return first_page_of(rest, wanted.limit);
}

}  // namespace

Result<http::Response> list_permissions(const Call& call) {
  const auto wanted = parse_permission_page_query(call.request.query);
  if (!wanted) return failure(wanted.error());
  const auto all = app::list_permissions(call.api.context, call.actor);
  if (!all) return failure(all.error());
  const auto page = page_of(*all, *wanted);
  boost::json::array items;
  for (const app::ListedPermission& one : page.items) {
    items.push_back(
        wire::to_json(wire::PermissionItem{one.permission, one.description, one.role_count}));
  }
  std::optional<Permission> next;
  if (page.cursor) next = page.cursor->permission;
  return without_storing(json_response(200, wire::to_list(std::move(items), next)));
}

}  // namespace ptkl::server::endpoints
