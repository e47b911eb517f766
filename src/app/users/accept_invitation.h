// Accepts an invitation: the invited user chooses a password.
#pragma once

#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/principal.h"
#include "core/project.h"
#include "core/user.h"

namespace ptkl::app {

struct Acceptance {
  SecretString token;  ///< from the link; not validated yet
  SecretString password;
  RequestOrigin origin;
};

struct AcceptedInvitation {
  Project project;
  User user;
};

/// Activates the user, once per link. Takes about 80 ms, since it hashes the password: not for an I/O
/// thread. Thread-safe.
/// Errors: not_found, always with the same message, for a link that is unknown, used, expired or
/// withdrawn, and for one whose inviter was deleted or may no longer give the roles;
/// invalid_argument for a password that check_password() refuses, and the link stays valid;
/// rate_limited after too many invalid links.
Result<AcceptedInvitation> accept_invitation(const AppContext& context, Acceptance acceptance);

}  // namespace ptkl::app
