// The results of looking up a client, a verification key, or the subject of a token.
#pragma once

#include <string>

#include "core/api_user.h"
#include "core/client_credential.h"
#include "core/keys/signing_key.h"
#include "core/principal.h"
#include "core/project.h"
#include "core/role.h"

namespace ptkl {

/// A client credential with the rows it belongs to: a join, read in one snapshot.
struct ClientRecord {
  Project project;
  ApiUser user;
  ClientCredential credential;
  SigningKey signing_key;  ///< the project's active one
};

/// A client and its roles, read in one snapshot. Two reads could miss a role that is removed between
/// them, and issue a valid token that names it.
struct ClientWithRoles {
  ClientRecord record;
  HeldRoles held;
};

/// The key that a token names by project and `kid`.
struct VerificationKey {
  Project project;
  SigningKey key;
};

/// The claims of a token that the database has to confirm.
struct TokenReference {
  Uuid subject;  ///< `sub`
  Uuid id;       ///< `jti`
  StatusSlot slot;
  std::int64_t rights_version = 0;  ///< `rv`
};

/// A token's subject with its present rights.
struct TokenOwner {
  Principal principal;
  HeldRoles held;
  std::string credential;  ///< the id of the client credential or session that owns the slot
  std::int64_t slot_generation = 0;  ///< that of the credential
  std::int64_t min_rights_version =
      0;  ///< tokens of the credential with a smaller version are rejected
  /// False also when the subject is disabled or the slot unknown. The rights version and the generation of the
  /// slot are for the caller to compare.
  bool token_active = false;
};

}  // namespace ptkl
