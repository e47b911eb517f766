// The credentials that a client sends to an OAuth endpoint: `client_secret_basic` or
// `client_secret_post` (RFC 6749 §2.3.1), never both.
#pragma once

#include <string>

#include "base/secret_string.h"
#include "core/oauth_error.h"
#include "server/api/form.h"

namespace ptkl::server {

/// Not verified yet. Both are empty when the client sent none, or an Authorization header of
/// another scheme: the code that rejects a wrong secret rejects those too.
struct ClientCredentials {
  std::string id;
  SecretString secret;
};

/// Errors: invalid_request when the client uses two methods, or two different client ids.
OAuthResult<ClientCredentials> read_client_credentials(const http::Headers& headers,
                                                       const Form& form);

}  // namespace ptkl::server
