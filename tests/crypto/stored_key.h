// Public keys as the database stores them.
#pragma once

#include "core/keys/signing_key.h"
#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"

namespace ptkl::crypto {

/// A stored key of any kind in public_jwk.h. Only its public half is set, which is all that an algorithm's
/// open_verifier() reads.
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
