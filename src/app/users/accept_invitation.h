// An invited person chooses a password, and is in.
#pragma once

#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/initiator.h"
#include "core/project.h"
#include "core/user.h"

namespace ptkl::app {

struct Acceptance {
  SecretString token;  ///< from the link; not checked yet
  SecretString password;
  RequestOrigin origin;
};

struct AcceptedInvitation {
  Project project;
  User user;
};

/// Works once. not_found, always in the same words, for a link that is unknown, used, expired or
/// withdrawn, and for one whose inviter is gone, or may give the roles no longer. invalid_argument
/// for a password that check_password() refuses; the link stays good then. rate_limited after too
/// many links that were not good. Hashes the password, so not for an I/O thread.
Result<AcceptedInvitation> accept_invitation(const AppContext& context, Acceptance acceptance);

}  // namespace ptkl::app
