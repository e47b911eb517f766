// Token introspection (RFC 7662): returns the claims of an active token.
#pragma once

#include <optional>

#include "app/oauth/client_auth/client_authentication.h"
#include "core/access_token.h"

namespace ptkl::app {

/// The request as the endpoint parsed it. The caller authenticates with a bearer token or as a client.
struct IntrospectionRequest {
  ClaimedClient caller;  ///< without an id if the caller has a bearer token
  ClientProof caller_proof;
  std::optional<SecretString> caller_token;
  SecretString token;
};

/// Returns the claims of an active token of the project, whatever its audience; absent for any other text.
/// Writes nothing to the database. Thread-safe.
///
/// Errors: `invalid_client` or `invalid_token` if the caller's authentication fails; `insufficient_scope` if
/// its current roles do not hold tokens.introspect; `temporarily_unavailable` during a database outage.
OAuthResult<std::optional<AccessToken>> introspect_token(const AppContext& context,
                                                         IntrospectionRequest request);

}  // namespace ptkl::app
