// A sign-in of a person: what its one token comes from.
#pragma once

#include <cstddef>
#include <string>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/project.h"
#include "core/signing_key.h"
#include "core/status_slot.h"
#include "core/user.h"

namespace ptkl {

/// Lives as long as its token. One that ends earlier leaves no row, but an invalid slot.
struct Session {
  Uuid id;
  Uuid user;
  StatusSlot slot;
  Timestamp created_at;
  Timestamp expires_at;
};

/// How many sessions of one person may be alive at once; a further one ends the oldest.
inline constexpr std::size_t kMaxLiveSessions = 50;

/// What one lookup by email finds: all that letting a person in needs to know.
struct Login {
  Project project;
  User user;
  std::string password_hash;  ///< in the form of PasswordHasher; empty before there is a password
  SigningKey signing_key;     ///< the project's active one
};

}  // namespace ptkl
