// A user: a human who was invited to a project by email and logs in with a password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/email.h"
#include "core/role.h"

namespace ptkl {

/// `invited`: the invitation is not accepted yet, so there is no password.
enum class UserStatus { invited, active };
constexpr std::string_view to_text(UserStatus status) {
  return status == UserStatus::invited ? "invited" : "active";
}

/// The user's own row.
struct User {
  Uuid id;
  Email email;
  std::int64_t version = 1;  ///< incremented by each change; the ETag
  Timestamp created_at;
  Timestamp updated_at;
  /// Of a pending or expired invitation; absent once an invitation was accepted.
  std::optional<Timestamp> invitation_expires_at = {};
  std::optional<Timestamp> last_login_at = {};
  std::string last_login_from = {};  ///< source address; may be empty

  UserStatus status() const {
    return invitation_expires_at ? UserStatus::invited : UserStatus::active;
  }
};

struct InviteUser {
  Email email;
  std::vector<Uuid> roles;
};

/// A user with its roles (ordered by name), as the API shows it.
struct UserDetails {
  User user;
  std::vector<Role> roles;
};

}  // namespace ptkl
