// Requests to create and revoke secrets, and their results.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/api_user.h"

namespace ptkl {

struct CreateSecret {
  std::chrono::seconds overlap{0};  ///< how long the secret that is replaced keeps working
  std::optional<std::chrono::seconds> expires_in;
  std::string label;
  /// Ends the replaced secret before the overlap does, once it was idle for so long.
  std::optional<std::chrono::seconds> until_idle = {};
};

struct ReplacedSecret {
  CredentialId id;
  Timestamp works_until;
  std::optional<std::chrono::seconds> until_idle = {};
};

struct CreatedSecret {
  ApiUser user;
  Secret secret;  ///< the only time that it is seen
  ClientCredential record;
  std::vector<ReplacedSecret> replaced;
};

struct RevokedSecret {
  ClientCredential record;
  std::optional<Timestamp> last_token_expires_at;  ///< absent when it never issued a token
};

}  // namespace ptkl
