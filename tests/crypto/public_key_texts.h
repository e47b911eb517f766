// The texts that a public key is known by, for attacks that take one of them for an HMAC secret.
#pragma once

#include <string>
#include <vector>

#include "core/keys/signing_key.h"

namespace ptkl::crypto {

struct PublicKeyText {
  std::string what;
  std::string text;
};

/// The JWK, the SPKI (RFC 5480, RFC 8410, RFC 8017 A.1) in DER and PEM, and the number itself.
std::vector<PublicKeyText> public_key_texts(const SigningKey& key);

}  // namespace ptkl::crypto
