// Client authentication with a shared secret (RFC 6749 §2.3.1).
#pragma once

#include "app/oauth/client_auth/client_authentication.h"

namespace ptkl::app {

/// As authenticate_client(). Every rejection takes the same lookup and the same hash, with two exceptions:
/// a secret whose form or checksum is invalid takes no lookup, since every client can compute that itself;
/// and a row that is found is decoded, which takes a few microseconds.
OAuthResult<AuthenticatedClient> authenticate_shared_secret(const AppContext& context,
                                                            const ClaimedClient& client,
                                                            SecretString secret);

}  // namespace ptkl::app
