// From a name, and what proves it, to a token: API users by a secret, people by a password.
#pragma once

#include <string>
#include <string_view>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "cli/client/target.h"
#include "cli/client/token_endpoint.h"
#include "cli/framework/failure.h"
#include "cli/framework/secret_input.h"
#include "http/client.h"

namespace ptkl::cli {

/// Only the names of people have an `@`.
bool is_person(std::string_view name);

/// Fails with invalid_argument on what is no email and can be no API user's username or uuid: then
/// there is no need to send a secret anywhere.
Result<void> check_login_name(std::string_view name);

/// What proves that name, for read_secret().
SecretSpec proof_of(std::string_view name);

struct SignIn {
  std::string name;  ///< passed check_login_name()
  SecretString proof;
};

/// Fails with unauthenticated when name or proof is wrong. `now` is when the token was asked for.
Outcome<IssuedToken> sign_in(http::Client& client, const Target& target, SignIn credentials,
                             Timestamp now);

}  // namespace ptkl::cli
