// HKDF with SHA-256 (RFC 5869).
#pragma once

#include "base/encoding.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

struct HkdfInput {
  ByteView key;        ///< the input keying material; not empty
  ByteView salt = {};  ///< empty: a block of zeros (RFC 5869 §2.2)
  ByteView info = {};  ///< the purpose of the key
};

/// Derives `size` bytes. Requires: `size` is at most 255 · 32.
SecretBytes hkdf_sha256(const HkdfInput& input, std::size_t size);

}  // namespace ptkl::crypto
