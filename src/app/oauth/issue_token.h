// The client credentials grant (RFC 6749 §4.4): a secret in, an access token (RFC 9068) out.
#pragma once

#include <optional>
#include <string>

#include "app/oauth/client_authentication.h"
#include "app/tokens/claims.h"
#include "base/secret_string.h"
#include "core/oauth_error.h"

namespace ptkl::app {

/// As the endpoint read it: each parameter at most once, the client authenticated in one way only.
struct TokenRequest {
  ClaimedClient client;
  SecretString client_secret;
  std::string grant_type;
  std::optional<std::string> scope;     ///< space-separated; absent: all the client has
  std::optional<std::string> resource;  ///< RFC 8707; absent: the issuer
};

/// Writes nothing to the database. A client is refused as authenticate_client() says.
/// `temporarily_unavailable` when the database is, `server_error` when the signing key cannot be used.
OAuthResult<IssuedToken> issue_token(const AppContext& context, TokenRequest request);

}  // namespace ptkl::app
