// GET /v1/projects/{project}/permissions
#pragma once

#include <cstdint>
#include <string_view>

#include <boost/json/object.hpp>

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

}  // namespace ptkl::wire
