// The token endpoint's use case (RFC 6749 §3.2): a client's proof in, an access token (RFC 9068) out.
#pragma once

#include "app/oauth/grants/grant.h"
#include "app/tokens/claims.h"
#include "core/oauth_error.h"

namespace ptkl::app {

/// Writes nothing to the database. Thread-safe.
///
/// Errors: as authenticate_client(), and `unsupported_grant_type`, `invalid_scope`, `invalid_target`;
/// `server_error` when the signing key cannot be used.
OAuthResult<IssuedToken> issue_token(const AppContext& context, TokenRequest request);

}  // namespace ptkl::app
