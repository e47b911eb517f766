#include <array>

#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "base/check.h"
#include "crypto/evp.h"
#include "crypto/jws_algorithm.h"
#include "crypto/public_jwk.h"

namespace ptkl::crypto {
namespace {

constexpr std::size_t kRsaSignatureSize = sizeof(RsaModulus::n);
constexpr unsigned int kModulusBits = 8 * kRsaSignatureSize;

using Encoder = Handle<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free>;

/// The modulus of `key`, if it matches the thumbprint.
Result<RsaModulus> modulus_of(const SigningKey& key) {
  auto modulus = parse_rsa_jwk(key.public_jwk);
  if (!modulus || thumbprint(*modulus) != key.kid)
    return invalid_stored_key(SigningAlgorithm::rs256);
  return modulus;
}

/// Null for an invalid key.
PKey import_public_key(const RsaModulus& modulus) {
  const DropErrors drop_errors;
  SecretBytes n = to_native(modulus.n);
  SecretBytes e = to_native(std::array<std::uint8_t, 3>{1, 0, 1});
  std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n.writable().data(), n.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e.writable().data(), e.size()),
      OSSL_PARAM_construct_end()};
  const KeyContext importer(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  PTKL_CHECK(importer && EVP_PKEY_fromdata_init(importer.get()) == 1);
  EVP_PKEY* imported = nullptr;
  const int done =
      EVP_PKEY_fromdata(importer.get(), &imported, EVP_PKEY_PUBLIC_KEY, parameters.data());
  return PKey(done == 1 ? imported : nullptr);
}

/// Null unless it is exactly one RSA key.
PKey import_private_key(ByteView der) {
  const DropErrors drop_errors;
  const std::uint8_t* at = der.data();
  PKey key(d2i_PrivateKey_ex(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size()), nullptr,
                             nullptr));
  return key && at == der.data() + der.size() ? std::move(key) : nullptr;
}

Result<SecretBytes> to_pkcs8(const PKey& key) {
  const auto refusal = [] { return failure(ErrorCode::internal, "encoding the key failed"); };
  const Encoder encoder(OSSL_ENCODER_CTX_new_for_pkey(key.get(), OSSL_KEYMGMT_SELECT_ALL, "DER",
                                                      "PrivateKeyInfo", nullptr));
  // Written into our own buffer, because the encoder does not wipe the one that it allocates.
  SecretBytes space(2048);
  std::uint8_t* at = space.writable().data();
  std::size_t left = space.size();
  if (!encoder || OSSL_ENCODER_to_data(encoder.get(), &at, &left) != 1) return refusal();
  SecretBytes der(space.size() - left);
  std::copy_n(space.reveal().begin(), der.size(), der.writable().begin());
  return der;
}

KeyContext start_rs256(const PKey& key, int (*init)(EVP_PKEY_CTX*)) {
  KeyContext context = start(key, init);
  PTKL_CHECK(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1);
  PTKL_CHECK(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1);
  return context;
}

class Rs256Signer final : public JwsSigner {
 public:
  explicit Rs256Signer(const PKey& key) : context_(start_rs256(key, EVP_PKEY_sign_init)) {}

  Result<Bytes> sign(std::string_view input) const override {
    const DropErrors drop_errors;
    const Digest digest = sha256_.hash(input);
    Bytes signature(kRsaSignatureSize);
    std::size_t size = signature.size();
    if (EVP_PKEY_sign(copy(context_).get(), signature.data(), &size, digest.data(),
                      digest.size()) != 1 ||
        size != kRsaSignatureSize) {
      return failure(ErrorCode::internal, "signing failed");
    }
    return signature;
  }

 private:
  KeyContext context_;
  Sha256 sha256_;
};

class Rs256Verifier final : public JwsVerifier {
 public:
  explicit Rs256Verifier(const PKey& key) : context_(start_rs256(key, EVP_PKEY_verify_init)) {}

  bool verify(std::string_view input, ByteView signature) const override {
    if (signature.size() != kRsaSignatureSize) return false;
    const DropErrors drop_errors;
    const Digest digest = sha256_.hash(input);
    return EVP_PKEY_verify(copy(context_).get(), signature.data(), signature.size(), digest.data(),
                           digest.size()) == 1;
  }

 private:
  KeyContext context_;
  Sha256 sha256_;
};

/// Checks a pair by using it: OpenSSL's own check tests for primes, which takes too long for a thread that
/// serves requests.
bool belong_together(const Rs256Signer& signer, const Rs256Verifier& verifier) {
  constexpr std::string_view kProbe = "probe";
  const auto signature = signer.sign(kProbe);
  return signature && verifier.verify(kProbe, *signature);
}

class Rs256 final : public JwsAlgorithm {
 public:
  SigningAlgorithm algorithm() const override { return SigningAlgorithm::rs256; }

  Result<KeyPair> make_key() const override {
    const PKey key(EVP_RSA_gen(kModulusBits));  // with the exponent 65537
    RsaModulus modulus;
    if (!key || !export_number(key.get(), OSSL_PKEY_PARAM_RSA_N, modulus.n)) {
      return failure(ErrorCode::internal, "key generation failed");
    }
    auto der = to_pkcs8(key);
    if (!der) return failed(der);
    return KeyPair{std::move(*der), to_public_jwk(modulus), thumbprint(modulus)};
  }

  Result<std::unique_ptr<JwsSigner>> open_signer(const SigningKey& key,
                                                 ByteView private_key) const override {
    const auto modulus = modulus_of(key);
    if (!modulus) return failed(modulus);
    const PKey public_key = import_public_key(*modulus);
    const PKey pair = import_private_key(private_key);
    if (!public_key || !pair) return invalid_stored_key(SigningAlgorithm::rs256);
    auto signer = std::make_unique<Rs256Signer>(pair);
    if (!belong_together(*signer, Rs256Verifier(public_key)))
      return invalid_stored_key(SigningAlgorithm::rs256);
    return signer;
  }

  Result<std::unique_ptr<JwsVerifier>> open_verifier(const SigningKey& key) const override {
    const auto modulus = modulus_of(key);
    if (!modulus) return failed(modulus);
    const PKey public_key = import_public_key(*modulus);
    if (!public_key) return invalid_stored_key(SigningAlgorithm::rs256);
    return std::make_unique<Rs256Verifier>(public_key);
  }
};

}  // namespace

std::unique_ptr<JwsAlgorithm> make_rs256() { return std::make_unique<Rs256>(); }

}  // namespace ptkl::crypto
