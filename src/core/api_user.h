// An API user: a service account of a project.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/client_credential.h"
#include "core/role.h"
#include "core/username.h"

namespace ptkl {

enum class ApiUserStatus { active, disabled };
std::string_view to_text(ApiUserStatus status);
/// Errors: invalid_argument for any text but `active` and `disabled`.
Result<ApiUserStatus> parse_api_user_status(std::string_view text);

/// The API user's own row.
struct ApiUser {
  Uuid id;
  Username username;
  std::string description;
  ApiUserStatus status = ApiUserStatus::active;
  std::int64_t version = 1;  ///< incremented by each change, of roles and secrets too; the ETag
  Timestamp created_at;
  Timestamp updated_at;
};

struct CreateApiUser {
  Username username;
  std::string description;
  std::vector<Uuid> roles;
};

/// An absent member stays unchanged.
struct UpdateApiUser {
  std::optional<std::string> description;
  std::optional<ApiUserStatus> status;
  std::optional<std::vector<Uuid>> roles;  ///< replaces them all
};

/// An API user with its roles (by name) and secrets (newest first), as the API shows it.
struct ApiUserDetails {
  ApiUser user;
  std::vector<Role> roles;
  std::vector<ClientCredential> secrets;

  Grants grants() const;
  /// The latest use of any of its secrets; absent if none was used.
  std::optional<Timestamp> last_used_at() const;
};

}  // namespace ptkl
