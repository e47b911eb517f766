// What an access token says of its subject, whichever way it was asked for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/access/context.h"
#include "base/secret_string.h"
#include "core/access_token.h"

namespace ptkl::app {

/// Borrows what it tells of.
struct TokenSubject {
  const Uuid& id;
  const std::string& name;  ///< username or email
  const std::vector<Role>& roles;
  const Grants& grants;  ///< of the roles
  StatusSlot slot;
  Timestamp issued_at;
  Timestamp expires_at;
};

/// The claims of a token of `project`, but for scope and audience, which may be asked for.
AccessToken make_claims(const AppContext& context, const Project& project,
                        const TokenSubject& subject);

struct IssuedToken {
  SecretString access_token;
  std::chrono::seconds expires_in;
  std::string scope;
};

/// `text` is the signed token of `claims`.
IssuedToken issued(std::string text, AccessToken claims);

}  // namespace ptkl::app
