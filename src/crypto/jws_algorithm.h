// The interface of a signature algorithm of JOSE (RFC 7518 §3.1). To add one, implement JwsAlgorithm and
// list it in key_store.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/result.h"
#include "core/keys/signing_algorithm.h"
#include "core/keys/signing_key.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

/// The private half of one key, ready for use. Thread-safe.
class JwsSigner {
 public:
  virtual ~JwsSigner() = default;
  /// Signs `input` in the form of JWS (RFC 7518 §3.3 and §3.4, RFC 8037 §3.1). Errors: internal.
  virtual Result<Bytes> sign(std::string_view input) const = 0;
};

/// The public half of one key, ready for use. Thread-safe.
class JwsVerifier {
 public:
  virtual ~JwsVerifier() = default;
  virtual bool verify(std::string_view input, ByteView signature) const = 0;
};

struct KeyPair {
  SecretBytes private_key;  ///< in the form that open_signer() takes
  std::string public_jwk;
  std::string kid;  ///< the thumbprint (RFC 7638) of public_jwk
};

/// A signature algorithm. Thread-safe.
class JwsAlgorithm {
 public:
  virtual ~JwsAlgorithm() = default;

  virtual SigningAlgorithm algorithm() const = 0;

  /// Generates a key pair. May take 100 ms (RS256). Errors: internal.
  virtual Result<KeyPair> make_key() const = 0;

  /// Errors: internal when `private_key` is not the private half of `key`.
  virtual Result<std::unique_ptr<JwsSigner>> open_signer(const SigningKey& key,
                                                         ByteView private_key) const = 0;

  /// Errors: internal when public_jwk is not a key of this algorithm or does not match `kid`.
  virtual Result<std::unique_ptr<JwsVerifier>> open_verifier(const SigningKey& key) const = 0;
};

/// The error for an invalid key in the database.
inline tl::unexpected<Error> invalid_stored_key(SigningAlgorithm algorithm) {
  return failure(ErrorCode::internal,
                 fmt::format("the stored key is not a valid {} key", to_text(algorithm)));
}

}  // namespace ptkl::crypto
