// Revocation of one token (RFC 7009).
#pragma once

#include <cstdint>
#include <string_view>

#include "app/oauth/client_auth/client_authentication.h"

namespace ptkl::app {

/// How many revoked tokens of one secret are remembered.
inline constexpr std::int64_t kMaxRevokedTokens = 1000;

/// Ends the token: from now on our own API and introspection refuse it, and no other one of its
/// secret. Whoever has the token may do so. A text that is no good token of this project is passed
/// over (RFC 7009 §2.2), and costs no write. `caller` may have no id. Fails with
/// `temporarily_unavailable` when the database takes no writes: then the token lives on.
///
/// A person's session has this one token, and ends with it.
///
/// Past kMaxRevokedTokens of one secret, all of its tokens end instead: so nobody can fill the disk,
/// and a revocation is never refused.
OAuthResult<void> revoke_token(const AppContext& context, const ClaimedClient& caller,
                               std::string_view token);

}  // namespace ptkl::app
