#include "core/keys/signing_key.h"

namespace ptkl {

std::string_view to_text(SigningAlgorithm algorithm) {
  switch (algorithm) {
    case SigningAlgorithm::es256:
      return "ES256";
    case SigningAlgorithm::eddsa:
      return "EdDSA";
    case SigningAlgorithm::rs256:
      return "RS256";
  }
  return "";
}

Result<SigningAlgorithm> parse_signing_algorithm(std::string_view text) {
  for (const SigningAlgorithm algorithm : kSigningAlgorithms) {
    if (to_text(algorithm) == text) return algorithm;
  }
  return failure(ErrorCode::invalid_argument, "expected ES256, EdDSA or RS256");
}

}  // namespace ptkl
