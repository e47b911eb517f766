// The keys that sign a project's tokens, and their algorithms by JWA name (RFC 7518 §3.1, RFC 8037 §3.1).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"

namespace ptkl {

enum class SigningAlgorithm {
  es256,  ///< `ES256`: ECDSA on P-256 with SHA-256
  eddsa,  ///< `EdDSA`: Ed25519
  rs256,  ///< `RS256`: RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits
};

inline constexpr SigningAlgorithm kDefaultSigningAlgorithm = SigningAlgorithm::es256;
inline constexpr std::array kSigningAlgorithms = {SigningAlgorithm::es256, SigningAlgorithm::eddsa,
                                                  SigningAlgorithm::rs256};

std::string_view to_text(SigningAlgorithm algorithm);

/// The names are case-sensitive (RFC 7515 §4.1.1).
/// Errors: invalid_argument.
Result<SigningAlgorithm> parse_signing_algorithm(std::string_view text);

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
