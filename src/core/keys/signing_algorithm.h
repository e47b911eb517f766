// The signing algorithms of tokens, by their JWA names (RFC 7518 §3.1, RFC 8037 §3.1).
#pragma once

#include <array>
#include <string_view>

#include "base/result.h"

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

}  // namespace ptkl
