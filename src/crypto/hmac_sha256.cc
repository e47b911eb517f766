#include "crypto/hmac_sha256.h"

#include <array>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/check.h"
#include "base/handle.h"

namespace ptkl::crypto {
namespace {

using MacContext = Handle<EVP_MAC_CTX, EVP_MAC_CTX_free>;

MacContext keyed_context(ByteView key) {
  const Handle<EVP_MAC, EVP_MAC_free> algorithm(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  PTKL_CHECK(algorithm);
  MacContext context(EVP_MAC_CTX_new(algorithm.get()));
  PTKL_CHECK(context);
  char digest[] = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  PTKL_CHECK(EVP_MAC_init(context.get(), key.data(), key.size(), parameters.data()) == 1);
  return context;
}

}  // namespace

struct HmacSha256::Keyed {
  MacContext context;
};

HmacSha256::HmacSha256(ByteView key)
    : keyed_(std::make_unique<const Keyed>(Keyed{keyed_context(key)})) {}
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256::~HmacSha256() = default;

Digest HmacSha256::hash(std::string_view text) const {
  // Copying the keyed context needs no lock and costs half of setting the key.
  const MacContext context(EVP_MAC_CTX_dup(keyed_->context.get()));
  PTKL_CHECK(context);
  const ByteView bytes = as_bytes(text);
  Digest digest{};
  std::size_t size = 0;
  PTKL_CHECK(EVP_MAC_update(context.get(), bytes.data(), bytes.size()) == 1);
  PTKL_CHECK(EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1);
  return digest;
}

}  // namespace ptkl::crypto
