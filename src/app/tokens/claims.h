// Builds the claims of access tokens, for clients and for users alike.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/access_token.h"

namespace ptkl::app {

/// The subject of a token. Refers to its arguments.
struct TokenSubject {
  const Uuid& id;
  const std::string& name;  ///< username or email
  const std::vector<Role>& roles;
  const Grants& grants;  ///< of the roles
  StatusSlot slot;
  Timestamp issued_at;
  Timestamp expires_at;
};

/// Returns the claims of a token of `project`, except scope and audience, which depend on the request.
AccessToken make_claims(const AppContext& context, const Project& project,
                        const TokenSubject& subject);

struct IssuedToken {
  SecretString access_token;
  std::chrono::seconds expires_in;
  std::string scope;
};

/// `text` is the signed token with these claims.
IssuedToken issued(std::string text, AccessToken claims);

}  // namespace ptkl::app
