// A person logs in: email and password in, an access token out.
#pragma once

#include <string>

#include "app/access/context.h"
#include "app/tokens/claims.h"
#include "base/secret_string.h"
#include "core/email.h"
#include "core/initiator.h"

namespace ptkl::app {

struct SignIn {
  std::string project;  ///< from the path; not checked yet
  Email email;
  SecretString password;
  RequestOrigin origin;
};

/// Starts a session, which lives as long as its token. unauthenticated, always in the same words and
/// after the same work, for an unknown project or email, for who has not accepted yet, and for a
/// wrong password; the log tells the reason. rate_limited, before any of that work, after too many of
/// those. Hashes the password, so not for an I/O thread.
Result<IssuedToken> sign_in(const AppContext& context, const SignIn& request);

}  // namespace ptkl::app
