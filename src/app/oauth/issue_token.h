// The use case of the token endpoint (RFC 6749 §3.2): issues an access token (RFC 9068) to a client.
#pragma once

#include "app/oauth/grants/grant.h"
#include "app/tokens/claims.h"
#include "core/oauth_error.h"

namespace ptkl::app {

/// Writes nothing to the database. Thread-safe.
///
/// Errors: those of authenticate_client(), and `unsupported_grant_type`, `invalid_scope`, `invalid_target`;
/// `server_error` when the signing key cannot be used.
OAuthResult<IssuedToken> issue_token(const AppContext& context, TokenRequest request);

}  // namespace ptkl::app
