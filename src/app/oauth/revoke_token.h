// Revokes one token (RFC 7009).
#pragma once

#include <cstdint>
#include <string_view>

#include "app/oauth/client_auth/client_authentication.h"

namespace ptkl::app {

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
