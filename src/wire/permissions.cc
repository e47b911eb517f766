#include "wire/permissions.h"

namespace ptkl::wire {

boost::json::object to_json(const PermissionItem& item) {
  return {{"permission", item.permission.text()},
          {"description", item.description.empty() ? boost::json::value(nullptr)
                                                   : boost::json::value(item.description)},
          {"role_count", item.role_count}};
}

}  // namespace ptkl::wire
