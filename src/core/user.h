// A person: a member of a project who was invited by email and logs in with a password.
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

/// `invited`: has not accepted yet, and so has no password.
enum class UserStatus { invited, active };
std::string_view to_text(UserStatus status);

/// The row itself, without what hangs on it.
struct User {
  Uuid id;
  Email email;
  std::int64_t version = 1;  ///< grows with each change; the ETag
  Timestamp created_at;
  Timestamp updated_at;
  /// Of the invitation that is pending, or was not accepted in time; absent once one was accepted.
  std::optional<Timestamp> invitation_expires_at = {};
  std::optional<Timestamp> last_sign_in_at = {};
  std::string last_sign_in_from = {};  ///< source address; may be empty

  UserStatus status() const {
    return invitation_expires_at ? UserStatus::invited : UserStatus::active;
  }
};

struct InviteUser {
  Email email;
  std::vector<Uuid> roles;
};

/// A person with their roles (by name), as the API shows them.
struct UserDetails {
  User user;
  std::vector<Role> roles;
};

}  // namespace ptkl
