// Logs in: API users with a secret, users with a password. Both get a token.
#pragma once

#include <string>
#include <string_view>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "cli/client/target.h"
#include "cli/client/token_endpoint.h"
#include "cli/framework/failure.h"
#include "cli/framework/secret_input.h"
#include "http/client/client.h"

namespace ptkl::cli {

/// Whether the name is that of a user, who logs in by email, and not of an API user.
bool is_email(std::string_view name);

/// Checks a name before a secret is sent. Errors: invalid_argument when it is neither an email nor a valid
/// username or uuid of an API user.
Result<void> check_login_name(std::string_view name);

/// The secret or password that a name logs in with, for read_secret().
SecretSpec login_secret_of(std::string_view name);

struct LoginRequest {
  std::string name;     ///< passed check_login_name()
  SecretString secret;  ///< or the password
};

/// `now` is when the token was requested. Errors: unauthenticated when name or secret is wrong.
Outcome<IssuedToken> login(http::Client& client, const Target& target, LoginRequest request,
                           Timestamp now);

}  // namespace ptkl::cli
