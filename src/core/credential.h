// What one lookup by secret id finds: all that issuing a token needs to know.
#pragma once

#include <vector>

#include "core/api_user.h"
#include "core/project.h"
#include "core/secret.h"
#include "core/signing_key.h"

namespace ptkl {

struct Credential {
  Project project;
  ApiUser user;
  SecretRecord secret;
  SigningKey signing_key;  ///< the project's active one
};

/// What a token says of itself that the database has to confirm.
struct TokenReference {
  Uuid api_user;
  Uuid id;  ///< `jti`
  StatusSlot slot;
};

/// What a request with a token is allowed by: the API user as it is now.
struct TokenOwner {
  ApiUser user;
  std::vector<Role> roles;
  bool token_is_good = false;  ///< false too when the project has no such slot
};

}  // namespace ptkl
