// A session of a user: one login and the token that it issued.
#pragma once

#include <cstddef>
#include <string>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/keys/signing_key.h"
#include "core/project.h"
#include "core/status_list.h"
#include "core/user.h"

namespace ptkl {

/// Lasts as long as its token. A session that ends earlier is deleted, and its slot is invalid.
struct Session {
  Uuid id;
  Uuid user;
  StatusSlot slot;
  Timestamp created_at;
  Timestamp expires_at;
  std::int64_t rights_version = 0;  ///< `rv` of its token
};

/// The maximum number of sessions of a user. A further session ends the oldest one.
inline constexpr std::size_t kMaxLiveSessions = 50;

/// The result of the lookup by email at a login, read in one snapshot.
struct UserCredential {
  Project project;
  User user;
  /// As PasswordHasher encodes it; empty until the invitation is accepted.
  std::string password_hash;
  SigningKey signing_key;  ///< the project's active one
};

}  // namespace ptkl
