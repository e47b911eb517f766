// What one lookup by secret id finds: all that issuing a token needs to know.
#pragma once

#include <string>
#include <vector>

#include "core/api_user.h"
#include "core/principal.h"
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
  Uuid subject;  ///< `sub`
  Uuid id;       ///< `jti`
  StatusSlot slot;
};

/// What a request with a token is allowed by: its subject as it is now.
struct TokenOwner {
  Principal principal;
  std::vector<Role> roles;
  std::string credential;      ///< the id of the secret or session that owns the token's slot
  bool token_is_good = false;  ///< false too when the subject is disabled, or the slot unknown
};

}  // namespace ptkl
