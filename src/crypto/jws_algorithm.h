// What a signature algorithm of JOSE (RFC 7518 §3.1) has to bring along. A further one is a further
// implementation of JwsAlgorithm, named in key_store.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/result.h"
#include "core/signing_algorithm.h"
#include "core/signing_key.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

/// The private half of one key, ready for use. Any thread.
class JwsSigner {
 public:
  virtual ~JwsSigner() = default;
  /// The signature as JWS has it (RFC 7518 §3.3 and §3.4, RFC 8037 §3.1). Fails with internal.
  virtual Result<Bytes> sign(std::string_view input) const = 0;
};

/// The public half of one key, ready for use. Any thread.
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

/// Any thread.
class JwsAlgorithm {
 public:
  virtual ~JwsAlgorithm() = default;

  virtual SigningAlgorithm algorithm() const = 0;

  /// May take 100 ms (RS256). Fails with internal.
  virtual Result<KeyPair> make_key() const = 0;

  /// Fails with internal when `private_key` is not the private half of `key`.
  virtual Result<std::unique_ptr<JwsSigner>> open_signer(const SigningKey& key,
                                                         ByteView private_key) const = 0;

  /// Fails with internal when public_jwk is no key of this algorithm, or not the one that `kid`
  /// says.
  virtual Result<std::unique_ptr<JwsVerifier>> open_verifier(const SigningKey& key) const = 0;
};

/// The error of a key in the database that cannot be used.
inline tl::unexpected<Error> invalid_stored_key(SigningAlgorithm algorithm) {
  return failure(ErrorCode::internal,
                 fmt::format("the stored key is not a valid {} key", to_text(algorithm)));
}

}  // namespace ptkl::crypto
