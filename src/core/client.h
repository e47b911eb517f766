// What one lookup by secret id finds: all that issuing a token needs to know.
#pragma once

#include <string>
#include <vector>

#include "core/api_user.h"
#include "core/principal.h"
#include "core/project.h"
#include "core/role.h"
#include "core/secret.h"
#include "core/signing_key.h"

namespace ptkl {

struct Credential {
  Project project;
  ApiUser user;
  SecretRecord secret;
  SigningKey signing_key;  ///< the project's active one
};

/// A client by its secret's id: its credential, and its roles of the same moment. Were a role taken
/// off between two reads, a token would name it and yet be good.
struct Client {
  Credential credential;
  std::vector<Role> roles;
};

/// The key that a token names by project and `kid`.
struct VerificationKey {
  Project project;
  SigningKey key;
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
  std::string credential;     ///< the id of the secret or session that owns the token's slot
  bool token_active = false;  ///< false too when the subject is disabled, or the slot unknown
};

}  // namespace ptkl
