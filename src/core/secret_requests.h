// Requests to create and revoke secrets, and their results.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/api_user.h"

namespace ptkl {

/// A request to create a secret, which replaces the current one.
struct CreateSecret {
  std::chrono::seconds overlap{0};  ///< how long the replaced secret stays valid; 0: it is revoked
  std::optional<std::chrono::seconds> expires_in;  ///< absent: the secret does not expire
  std::string label;
  /// Ends the overlap early once the replaced secret has been idle for this long.
  std::optional<std::chrono::seconds> until_idle = {};
};

struct ReplacedSecret {
  CredentialId id;
  Timestamp works_until;
  std::optional<std::chrono::seconds> until_idle = {};
};

struct CreatedSecret {
  ApiUser user;
  Secret secret;  ///< shown once, and not stored
  ClientCredential record;
  std::vector<ReplacedSecret> replaced;
};

struct RevokedSecret {
  ClientCredential record;
  std::optional<Timestamp> last_token_expires_at;  ///< absent if it never issued a token
};

}  // namespace ptkl
