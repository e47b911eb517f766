// Public keys as they would come out of the database.
#pragma once

#include "core/keys/signing_key.h"
#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"

namespace ptkl::crypto {

/// Of any kind that public_jwk.h knows; good for an algorithm's open_…, which does not look at the
/// rest.
template <class PublicKey>
SigningKey stored_key(const PublicKey& public_key) {
  SigningKey key;
  key.kid = thumbprint(public_key);
  key.public_jwk = to_public_jwk(public_key);
  return key;
}

inline SigningKey stored_key(const KeyPair& pair) {
  SigningKey key;
  key.kid = pair.kid;
  key.public_jwk = pair.public_jwk;
  return key;
}

}  // namespace ptkl::crypto
