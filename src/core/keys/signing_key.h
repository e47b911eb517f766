// The keys that sign a project's tokens.
#pragma once

#include <string>

#include "base/timestamp.h"
#include "base/uuid.h"
#include "core/keys/signing_algorithm.h"

namespace ptkl {

/// As stored: the private half is encrypted under the master key, bound to its project and `kid`.
struct SigningKey {
  Uuid project;
  std::string kid;  ///< the JWK thumbprint (RFC 7638), base64url
  SigningAlgorithm algorithm = kDefaultSigningAlgorithm;
  std::string wrapped_key;  ///< text form of the encrypted private key
  std::string public_jwk;   ///< one JSON object, as the JWKS shows it (RFC 7517)
  Timestamp created_at;
};

}  // namespace ptkl
