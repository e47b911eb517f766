// Is this token good, at this moment? The one answer for our own API, introspection and revocation.
#pragma once

#include <string_view>

#include "app/access/context.h"
#include "core/access_token.h"
#include "core/client.h"

namespace ptkl::app {

/// A token that is good, and whose it is.
struct ValidToken {
  Project project;
  AccessToken claims;
  TokenOwner owner;
};

/// Checks signature, issuer, expiry, owner still active, status slot still good, and that the token
/// was not revoked by itself; whom it is meant for is for the caller to ask. Fails with unauthenticated.
/// Another project's token, and an unknown project, too: nothing tells the two apart. With internal
/// when our own key is broken, so that nothing is known of the token.
Result<ValidToken> validate_token(const AppContext& context, std::string_view project,
                                  std::string_view token);

/// What validate_token() asks the database of a token whose signature is good. unauthenticated.
Result<TokenOwner> find_valid_token_owner(Transaction& transaction, const Uuid& project,
                                          const TokenReference& token);

TokenReference reference_of(const AccessToken& claims);

}  // namespace ptkl::app
