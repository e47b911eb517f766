// The use cases of the OAuth endpoints: issuing (RFC 6749 §3.2), introspecting (RFC 7662) and revoking (RFC 7009)
// an access token (RFC 9068).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "app/oauth/client_auth/client_authentication.h"
#include "app/oauth/grants/grant.h"
#include "app/tokens/claims.h"
#include "core/access_token.h"
#include "core/oauth_error.h"

namespace ptkl::app {

/// Issues an access token to a client. Writes nothing to the database. Thread-safe.
///
/// Errors: those of authenticate_client(), and `unsupported_grant_type`, `invalid_scope`, `invalid_target`;
/// `server_error` when the signing key cannot be used.
OAuthResult<IssuedToken> issue_token(const AppContext& context, TokenRequest request);

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

/// The maximum number of individually revoked tokens that are stored per client credential.
inline constexpr std::int64_t kMaxRevokedTokens = 1000;

/// Revokes the token: from the commit on, our own API and introspection reject it. Other tokens of the same
/// client credential stay valid. Possession of the token is the only permission required, and `caller` may
/// have no id. A text that is not an active token of the project is ignored (RFC 7009 §2.2) and causes no
/// write. Thread-safe.
///
/// The session of a user has only this token, and ends with it.
///
/// When more than kMaxRevokedTokens of one credential would have to be stored, all of its tokens are revoked
/// instead. So a revocation is never rejected, and clients cannot fill the disk.
///
/// Errors: `temporarily_unavailable` if the database accepts no writes; then the token stays valid.
OAuthResult<void> revoke_token(const AppContext& context, const ClaimedClient& caller,
                               std::string_view token);

}  // namespace ptkl::app
