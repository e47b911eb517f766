// The signature algorithms of JOSE (RFC 7518 §3.1) and their common interface. To add one, implement JwsAlgorithm,
// declare its make function here and list it in key_store.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/result.h"
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

/// ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4). Private keys are the 32 bytes of `d` (RFC 7518
/// §6.2.2.1).
std::unique_ptr<JwsAlgorithm> make_es256();

/// EdDSA with Ed25519 (RFC 8032, RFC 8037). Private keys are the 32 bytes of `d` (RFC 8037 §2). Verification is
/// strict: it rejects points of small order and non-canonical encodings.
std::unique_ptr<JwsAlgorithm> make_eddsa();

/// RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). Private keys are PKCS#8 in DER (RFC 5208), of 2048 bits
/// and with the exponent 65537. Generating one takes about 100 ms.
std::unique_ptr<JwsAlgorithm> make_rs256();

}  // namespace ptkl::crypto
