// GET /v1/projects/{project}/permissions
#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <boost/json/array.hpp>

#include "app/roles/roles.h"
#include "server/api/pagination.h"
#include "server/api/query_parameters.h"
#include "server/api/responses.h"
#include "server/endpoints/endpoints.h"
#include "wire/pages.h"
#include "wire/responses.h"

namespace ptkl::server::endpoints {
namespace {

/// The items that sort after the cursor, whether or not the cursor's item still exists.
PageView<app::ListedPermission> page_of(const std::vector<app::ListedPermission>& all,
                                        const KeyedPageRequest<Permission>& page) {
  std::span<const app::ListedPermission> rest = all;
  if (page.after) {
    const auto first = std::find_if(all.begin(), all.end(), [&](const app::ListedPermission& one) {
      return one.permission > *page.after;
    });
    rest = rest.subspan(static_cast<std::size_t>(first - all.begin()));
  }
  return take_page(rest, page.limit);
}

}  // namespace

Result<http::Response> list_permissions(const AuthenticatedRequest& request) {
  const auto query = parse_page_query(request.http.query, &wire::parse_permission_cursor);
  if (!query) return failed(query);
  const auto all = app::list_permissions(request.context.app, request.actor);
  if (!all) return failed(all);
  const auto page = page_of(*all, *query);
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
