// Helpers for algorithms that use OpenSSL's EVP interface.
#pragma once

#include <string_view>

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "base/encoding.h"
#include "base/handle.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

using BigNumber = Handle<BIGNUM, BN_clear_free>;
using DigestMethod = Handle<EVP_MD, EVP_MD_free>;
using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using PKey = Handle<EVP_PKEY, EVP_PKEY_free>;

/// Clears OpenSSL's error queue of this thread when destroyed. Otherwise the next TLS connection on this
/// thread would report the error.
class DropErrors {
 public:
  DropErrors();
  ~DropErrors();
  DropErrors(const DropErrors&) = delete;
  DropErrors& operator=(const DropErrors&) = delete;
};

/// A context for `key`, set up once. Each use copies it, which needs no lock and a tenth of the time.
KeyContext start(const PKey& key, int (*init)(EVP_PKEY_CTX*));
KeyContext copy(const KeyContext& context);

/// The number in big-endian bytes.
BigNumber to_number(ByteView bytes);

/// Writes `number` as big-endian, padded to the size of `to`. False when `number` has more bytes.
bool write_number(const BIGNUM* number, std::span<std::uint8_t> to);

/// Writes the number `name` (OSSL_PKEY_PARAM_…) of a key, as write_number() does.
bool export_number(const EVP_PKEY* key, const char* name, std::span<std::uint8_t> to);

/// A number in the machine's byte order, as OpenSSL's parameters require it.
SecretBytes to_native(ByteView number);

/// SHA-256. Thread-safe.
class Sha256 {
 public:
  Sha256();
  Digest hash(std::string_view text) const;

 private:
  // Fetched once: fetching costs as much as hashing a token.
  DigestMethod method_;
};

}  // namespace ptkl::crypto
