// What every algorithm that goes through OpenSSL's EVP interface needs.
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

/// Drops what OpenSSL notes about a refusal: left in the thread's queue, it would be taken for the
/// fault of the next TLS connection that the thread serves.
class DropErrors {
 public:
  DropErrors();
  ~DropErrors();
  DropErrors(const DropErrors&) = delete;
  DropErrors& operator=(const DropErrors&) = delete;
};

/// A context for `key` that is set up once; each use copies it, which needs no lock and a tenth of
/// the time.
KeyContext start(const PKey& key, int (*init)(EVP_PKEY_CTX*));
KeyContext copy(const KeyContext& context);

/// From big-endian bytes.
BigNumber to_number(ByteView bytes);

/// Big-endian, padded to the size of `to`. False when `number` has more bytes.
bool write_number(const BIGNUM* number, std::span<std::uint8_t> to);

/// Names one number of a key (OSSL_PKEY_PARAM_…) and writes it, as write_number() does.
bool export_number(const EVP_PKEY* key, const char* name, std::span<std::uint8_t> to);

/// A number as OpenSSL's parameters have it, in the machine's byte order.
SecretBytes to_native(ByteView number);

/// Any thread.
class Sha256 {
 public:
  Sha256();
  Digest hash(std::string_view text) const;

 private:
  // Fetched once: looking it up costs as much as hashing a token.
  DigestMethod method_;
};

}  // namespace ptkl::crypto
