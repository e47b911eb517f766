// Logs a user in: exchanges an email and a password for an access token.
#pragma once

#include <string>

#include "app/access/context.h"
#include "app/tokens/claims.h"
#include "base/secret_string.h"
#include "core/email.h"
#include "core/principal.h"

namespace ptkl::app {

struct LoginRequest {
  std::string project;  ///< from the path; not validated yet
  Email email;
  SecretString password;
  RequestOrigin origin;
};

/// Starts a session, which lasts as long as its token. Takes about 80 ms, since it hashes the
/// password: not for an I/O thread. Thread-safe.
/// Errors: unauthenticated, with the same message and after the same work, for an unknown project or
/// email, an invitation that is not accepted yet and a wrong password (the log has the reason);
/// rate_limited, before any of that work, after too many failures.
Result<IssuedToken> login(const AppContext& context, const LoginRequest& request);

}  // namespace ptkl::app
