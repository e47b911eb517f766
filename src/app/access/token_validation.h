// Validates access tokens, for our own API, introspection and revocation alike.
#pragma once

#include <string_view>

#include "app/access/context.h"
#include "core/access_token.h"
#include "core/client.h"

namespace ptkl::app {

/// An active token and its owner.
struct ValidToken {
  Project project;
  AccessToken claims;
  TokenOwner owner;
};

/// Checks the signature, issuer and expiry, that the owner is active and the status slot valid, that the
/// token was not revoked by itself, and that no role of the owner has lost rights since. Does not check the
/// audience. Thread-safe.
/// Errors: unauthenticated for an inactive token, also of another or an unknown project, which the
/// message does not distinguish; internal if our own key is damaged, when the token may be valid.
Result<ValidToken> validate_token(const AppContext& context, std::string_view project,
                                  std::string_view token);

/// The part of validate_token() that depends on the database.
/// Errors: unauthenticated.
Result<TokenOwner> find_valid_token_owner(Transaction& transaction, const Uuid& project,
                                          const TokenReference& token);

TokenReference reference_of(const AccessToken& claims);

}  // namespace ptkl::app
