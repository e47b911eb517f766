// Token introspection (RFC 7662): a token in, its claims out, while it is good.
#pragma once

#include <optional>

#include "app/oauth/client_auth/client_authentication.h"
#include "core/access_token.h"

namespace ptkl::app {

/// As the endpoint read it: the caller comes with a bearer token or with its secret.
struct IntrospectionRequest {
  ClaimedClient caller;  ///< without an id when it comes with a bearer token
  ClientProof caller_proof;
  std::optional<SecretString> caller_token;
  SecretString token;
};

/// The claims of a token of this project that is good at this moment, whomever it is meant for; nothing
/// of any other text. Fails with `invalid_client` or `invalid_token` when the caller is not who it
/// says, with `insufficient_scope` when its roles do not hold tokens.introspect, with
/// `temporarily_unavailable` when the database does not answer. Writes nothing to the database.
OAuthResult<std::optional<AccessToken>> introspect_token(const AppContext& context,
                                                         IntrospectionRequest request);

}  // namespace ptkl::app
