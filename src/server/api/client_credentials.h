// How a client says who it is at the token endpoint: `client_secret_basic` or `client_secret_post`
// (RFC 6749 §2.3.1), never both.
#pragma once

#include <string>

#include "base/secret_string.h"
#include "core/oauth_error.h"
#include "server/api/form.h"

namespace ptkl::server {

/// Not checked yet. Both are empty where the client sent none, or an Authorization header that is no
/// Basic one: those are refused like a wrong secret, by the same code.
struct ClientCredentials {
  std::string id;
  SecretString secret;
};

/// Fails with invalid_request when the client authenticates in two ways, or names itself twice and
/// differently.
OAuthResult<ClientCredentials> read_client_credentials(const http::Headers& headers,
                                                       const Form& form);

}  // namespace ptkl::server
