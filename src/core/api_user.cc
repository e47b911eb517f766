#include "core/api_user.h"

#include <algorithm>

namespace ptkl {

std::string_view to_text(ApiUserStatus status) {
  switch (status) {
    case ApiUserStatus::active:
      return "active";
    case ApiUserStatus::disabled:
      return "disabled";
  }
  return "";
}

Result<ApiUserStatus> parse_api_user_status(std::string_view text) {
  if (text == "active") return ApiUserStatus::active;
  if (text == "disabled") return ApiUserStatus::disabled;
  return failure(ErrorCode::invalid_argument, "expected active or disabled");
}

Grants ApiUserDetails::grants() const {
  Grants grants;
  for (const Role& role : roles) grants.add(role);
  return grants;
}

std::optional<Timestamp> ApiUserDetails::last_used_at() const {
  std::optional<Timestamp> latest;
  // An absent time is less than any other.
  for (const ClientCredential& secret : secrets) latest = std::max(latest, secret.last_used_at);
  return latest;
}

}  // namespace ptkl
