#include <array>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/params.h>

#include "base/check.h"
#include "crypto/evp.h"
#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"

namespace ptkl::crypto {
namespace {

constexpr std::size_t kNumberSize = 32;  // of r, s, d and of a coordinate

using Signature = Handle<ECDSA_SIG, ECDSA_SIG_free>;

/// The uncompressed form of X9.62.
std::array<std::uint8_t, 1 + 2 * kNumberSize> to_octets(const P256Point& point) {
  std::array<std::uint8_t, 1 + 2 * kNumberSize> octets{4};
  std::copy(point.x.begin(), point.x.end(), octets.begin() + 1);
  std::copy(point.y.begin(), point.y.end(), octets.begin() + 1 + kNumberSize);
  return octets;
}

enum class Half { public_key, key_pair };

/// Null unless the point lies on the curve and, for a pair, belongs to the private number.
PKey checked(PKey key, Half half) {
  const KeyContext checker(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  PTKL_CHECK(checker);
  const int valid =
      half == Half::key_pair ? EVP_PKEY_check(checker.get()) : EVP_PKEY_public_check(checker.get());
  return valid == 1 ? std::move(key) : nullptr;
}

/// Null for an invalid key. Without `private_number`, the public half.
PKey import_key(const P256Point& point, ByteView private_number) {
  const DropErrors drop_errors;
  const Half half = private_number.empty() ? Half::public_key : Half::key_pair;
  char curve[] = "P-256";
  auto octets = to_octets(point);
  // Not by OSSL_PARAM_BLD, which frees its copy of the private number without wiping it.
  SecretBytes native = half == Half::key_pair ? to_native(private_number) : SecretBytes(0);
  std::array<OSSL_PARAM, 4> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size()),
      half == Half::key_pair ? OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
                                                       native.writable().data(), native.size())
                             : OSSL_PARAM_construct_end(),
      OSSL_PARAM_construct_end()};
  const KeyContext importer(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  PTKL_CHECK(importer && EVP_PKEY_fromdata_init(importer.get()) == 1);
  const int selection = half == Half::key_pair ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  EVP_PKEY* imported = nullptr;
  if (EVP_PKEY_fromdata(importer.get(), &imported, selection, parameters.data()) != 1) {
    return nullptr;
  }
  return checked(PKey(imported), half);
}

/// The point of `key`, if it matches the thumbprint.
Result<P256Point> p256_point_of(const SigningKey& key) {
  auto point = parse_p256_jwk(key.public_jwk);
  if (!point || thumbprint(*point) != key.kid) return invalid_stored_key(SigningAlgorithm::es256);
  return point;
}

class Es256Signer final : public JwsSigner {
 public:
  explicit Es256Signer(const PKey& key) : context_(start(key, EVP_PKEY_sign_init)) {}

  Result<Bytes> sign(std::string_view input) const override {
    const DropErrors drop_errors;
    const auto refusal = [] { return failure(ErrorCode::internal, "signing failed"); };
    const Digest digest = sha256_.hash(input);
    std::array<std::uint8_t, 80> der{};  // at most 72 bytes are written
    std::size_t size = der.size();
    if (EVP_PKEY_sign(copy(context_).get(), der.data(), &size, digest.data(), digest.size()) != 1) {
      return refusal();
    }
    const std::uint8_t* at = der.data();
    const Signature pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
    Bytes signature(2 * kNumberSize);
    const std::span<std::uint8_t> out(signature);
    if (!pair || !write_number(ECDSA_SIG_get0_r(pair.get()), out.first(kNumberSize)) ||
        !write_number(ECDSA_SIG_get0_s(pair.get()), out.last(kNumberSize))) {
      return refusal();
    }
    return signature;
  }

 private:
  KeyContext context_;
  Sha256 sha256_;
};

class Es256Verifier final : public JwsVerifier {
 public:
  explicit Es256Verifier(const PKey& key) : context_(start(key, EVP_PKEY_verify_init)) {}

  bool verify(std::string_view input, ByteView signature) const override {
    if (signature.size() != 2 * kNumberSize) return false;
    const DropErrors drop_errors;
    const Signature pair(ECDSA_SIG_new());
    BigNumber r = to_number(signature.first(kNumberSize));
    BigNumber s = to_number(signature.last(kNumberSize));
    PTKL_CHECK(pair && ECDSA_SIG_set0(pair.get(), r.release(), s.release()) == 1);
    std::array<std::uint8_t, 80> der{};
    std::uint8_t* at = der.data();
    const int size = i2d_ECDSA_SIG(pair.get(), &at);
    PTKL_CHECK(size > 0);
    const Digest digest = sha256_.hash(input);
    return EVP_PKEY_verify(copy(context_).get(), der.data(), static_cast<std::size_t>(size),
                           digest.data(), digest.size()) == 1;
  }

 private:
  KeyContext context_;
  Sha256 sha256_;
};

class Es256 final : public JwsAlgorithm {
 public:
  SigningAlgorithm algorithm() const override { return SigningAlgorithm::es256; }

  Result<KeyPair> make_key() const override {
    const PKey key(EVP_EC_gen("P-256"));
    SecretBytes number(kNumberSize);
    P256Point point;
    if (!key || !export_number(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.writable()) ||
        !export_number(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, point.x) ||
        !export_number(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, point.y)) {
      return failure(ErrorCode::internal, "key generation failed");
    }
    return KeyPair{std::move(number), to_public_jwk(point), thumbprint(point)};
  }

  Result<std::unique_ptr<JwsSigner>> open_signer(const SigningKey& key,
                                                 ByteView private_key) const override {
    const auto point = p256_point_of(key);
    if (!point) return failed(point);
    if (private_key.size() != kNumberSize) return invalid_stored_key(SigningAlgorithm::es256);
    const PKey pair = import_key(*point, private_key);
    if (!pair) return invalid_stored_key(SigningAlgorithm::es256);
    return std::make_unique<Es256Signer>(pair);
  }

  Result<std::unique_ptr<JwsVerifier>> open_verifier(const SigningKey& key) const override {
    const auto point = p256_point_of(key);
    if (!point) return failed(point);
    const PKey public_key = import_key(*point, {});
    if (!public_key) return invalid_stored_key(SigningAlgorithm::es256);
    return std::make_unique<Es256Verifier>(public_key);
  }
};

}  // namespace

std::unique_ptr<JwsAlgorithm> make_es256() { return std::make_unique<Es256>(); }

}  // namespace ptkl::crypto
