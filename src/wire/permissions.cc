#include "wire/permissions.h"

#include <utility>

#include "base/encoding.h"

namespace ptkl::wire {
namespace {

std::string to_cursor(const Permission& after) { return to_base64url(as_bytes(after.text())); }

}  // namespace

boost::json::object to_json(const PermissionItem& item) {
  return {{"permission", item.permission.text()},
          {"description", item.description.empty() ? boost::json::value(nullptr)
                                                   : boost::json::value(item.description)},
          {"role_count", item.role_count}};
}

boost::json::object to_list_of_permissions(boost::json::array items,
                                           const std::optional<Permission>& next) {
  return {{"items", std::move(items)},
          {"next_cursor", next ? boost::json::value(to_cursor(*next)) : nullptr}};
}

Result<Permission> parse_permission_cursor(std::string_view cursor) {
  const auto bytes = from_base64url(cursor);
  auto permission = bytes ? Permission::parse(as_text(*bytes)) : failure(bytes.error());
  if (permission) return permission;
  return failure(ErrorCode::invalid_argument, "not a cursor of this server");
}

}  // namespace ptkl::wire
