// GET /v1/projects/{project}/permissions
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/result.h"
#include "core/permission.h"

namespace ptkl::wire {

/// Borrows what it shows.
struct PermissionItem {
  const Permission& permission;
  std::string_view description;  ///< empty for one that belongs to the services
  std::int64_t role_count;
};
/// `{permission, description: "…" | null, role_count}`.
boost::json::object to_json(const PermissionItem& item);

/// `{"items": […], "next_cursor": "…" | null}`.
boost::json::object to_list_of_permissions(boost::json::array items,
                                           const std::optional<Permission>& next);
/// Fails with invalid_argument.
Result<Permission> parse_permission_cursor(std::string_view cursor);

}  // namespace ptkl::wire
