#include <sodium.h>

#include "base/check.h"
#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"

namespace ptkl::crypto {
namespace {

constexpr std::size_t kSeedSize = crypto_sign_ed25519_SEEDBYTES;
constexpr std::size_t kEd25519SignatureSize = crypto_sign_ed25519_BYTES;
static_assert(sizeof(Ed25519Point::x) == crypto_sign_ed25519_PUBLICKEYBYTES);

/// A key pair in libsodium's form: the seed, then the public key.
struct Ed25519Pair {
  SecretBytes secret = SecretBytes(crypto_sign_ed25519_SECRETKEYBYTES);
  Ed25519Point point;
};

Ed25519Pair expand(ByteView seed) {
  Ed25519Pair pair;
  PTKL_CHECK(seed.size() == kSeedSize);
  PTKL_CHECK(crypto_sign_ed25519_seed_keypair(pair.point.x.data(), pair.secret.writable().data(),
                                              seed.data()) == 0);
  return pair;
}

/// The point of `key`, if it matches the thumbprint and is valid.
Result<Ed25519Point> ed25519_point_of(const SigningKey& key) {
  auto point = parse_ed25519_jwk(key.public_jwk);
  if (!point || thumbprint(*point) != key.kid) return invalid_stored_key(SigningAlgorithm::eddsa);
  if (crypto_core_ed25519_is_valid_point(point->x.data()) != 1)
    return invalid_stored_key(SigningAlgorithm::eddsa);
  return point;
}

class EdDsaSigner final : public JwsSigner {
 public:
  explicit EdDsaSigner(SecretBytes secret) : secret_(std::move(secret)) {}

  Result<Bytes> sign(std::string_view input) const override {
    Bytes signature(kEd25519SignatureSize);
    const ByteView bytes = as_bytes(input);
    if (crypto_sign_ed25519_detached(signature.data(), nullptr, bytes.data(), bytes.size(),
                                     secret_.reveal().data()) != 0) {
      return failure(ErrorCode::internal, "signing failed");
    }
    return signature;
  }

 private:
  SecretBytes secret_;
};

class EdDsaVerifier final : public JwsVerifier {
 public:
  explicit EdDsaVerifier(const Ed25519Point& point) : point_(point) {}

  bool verify(std::string_view input, ByteView signature) const override {
    const ByteView bytes = as_bytes(input);
    return signature.size() == kEd25519SignatureSize &&
           crypto_sign_ed25519_verify_detached(signature.data(), bytes.data(), bytes.size(),
                                               point_.x.data()) == 0;
  }

 private:
  Ed25519Point point_;
};

class EdDsa final : public JwsAlgorithm {
 public:
  EdDsa() { PTKL_CHECK(sodium_init() >= 0); }

  SigningAlgorithm algorithm() const override { return SigningAlgorithm::eddsa; }

  Result<KeyPair> make_key() const override {
    SecretBytes seed(kSeedSize);
    randombytes_buf(seed.writable().data(), seed.size());
    const Ed25519Point point = expand(seed.reveal()).point;
    return KeyPair{std::move(seed), to_public_jwk(point), thumbprint(point)};
  }

  Result<std::unique_ptr<JwsSigner>> open_signer(const SigningKey& key,
                                                 ByteView private_key) const override {
    const auto point = ed25519_point_of(key);
    if (!point) return failed(point);
    if (private_key.size() != kSeedSize) return invalid_stored_key(SigningAlgorithm::eddsa);
    Ed25519Pair pair = expand(private_key);
    if (pair.point.x != point->x) return invalid_stored_key(SigningAlgorithm::eddsa);
    return std::make_unique<EdDsaSigner>(std::move(pair.secret));
  }

  Result<std::unique_ptr<JwsVerifier>> open_verifier(const SigningKey& key) const override {
    const auto point = ed25519_point_of(key);
    if (!point) return failed(point);
    return std::make_unique<EdDsaVerifier>(*point);
  }
};

}  // namespace

std::unique_ptr<JwsAlgorithm> make_eddsa() { return std::make_unique<EdDsa>(); }

}  // namespace ptkl::crypto
