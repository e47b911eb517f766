#include "crypto/evp.h"

#include <openssl/err.h>

#include "base/check.h"

namespace ptkl::crypto {

DropErrors::DropErrors() { ERR_set_mark(); }
DropErrors::~DropErrors() { ERR_pop_to_mark(); }

KeyContext start(const PKey& key, int (*init)(EVP_PKEY_CTX*)) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  PTKL_CHECK(context && init(context.get()) == 1);
  return context;
}

KeyContext copy(const KeyContext& context) {
  KeyContext fresh(EVP_PKEY_CTX_dup(context.get()));
  PTKL_CHECK(fresh);
  return fresh;
}

BigNumber to_number(ByteView bytes) {
  return BigNumber(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

bool write_number(const BIGNUM* number, std::span<std::uint8_t> to) {
  const int size = static_cast<int>(to.size());
  return BN_bn2binpad(number, to.data(), size) == size;
}

bool export_number(const EVP_PKEY* key, const char* name, std::span<std::uint8_t> to) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return false;
  const BigNumber owner(number);
  return write_number(number, to);
}

SecretBytes to_native(ByteView number) {
  SecretBytes native(number.size());
  const BigNumber value = to_number(number);
  PTKL_CHECK(value && BN_bn2nativepad(value.get(), native.writable().data(),
                                      static_cast<int>(native.size())) > 0);
  return native;
}

Sha256::Sha256() : method_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) { PTKL_CHECK(method_); }

Digest Sha256::hash(std::string_view text) const {
  Digest digest{};
  PTKL_CHECK(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, method_.get(), nullptr) ==
             1);
  return digest;
}

}  // namespace ptkl::crypto
