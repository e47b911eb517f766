#include "crypto/hkdf.h"

#include <array>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/check.h"
#include "base/handle.h"

namespace ptkl::crypto {
namespace {

/// OpenSSL's parameters are not const, but it does not write to those that it reads.
OSSL_PARAM octets(const char* name, ByteView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                           bytes.size());
}

}  // namespace

SecretBytes hkdf_sha256(const HkdfInput& input, std::size_t size) {
  const Handle<EVP_KDF, EVP_KDF_free> algorithm(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  PTKL_CHECK(algorithm);
  const Handle<EVP_KDF_CTX, EVP_KDF_CTX_free> context(EVP_KDF_CTX_new(algorithm.get()));
  PTKL_CHECK(context);
  char digest[] = "SHA256";
  const std::array<OSSL_PARAM, 5> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      octets(OSSL_KDF_PARAM_KEY, input.key), octets(OSSL_KDF_PARAM_INFO, input.info),
      // OpenSSL accepts an empty salt but no null pointer, so without a salt the parameters end earlier.
      input.salt.empty() ? OSSL_PARAM_construct_end() : octets(OSSL_KDF_PARAM_SALT, input.salt),
      OSSL_PARAM_construct_end()};
  SecretBytes key(size);
  const int derived =
      EVP_KDF_derive(context.get(), key.writable().data(), key.size(), parameters.data());
  PTKL_CHECK(derived == 1);
  return key;
}

}  // namespace ptkl::crypto
