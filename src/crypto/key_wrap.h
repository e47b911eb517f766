// Encryption of stored keys with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) and one derived key.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

/// Encrypts and decrypts keys. Thread-safe.
class KeyWrap {
 public:
  /// Requires: `key` has 32 bytes.
  explicit KeyWrap(SecretBytes key);

  /// Encrypts `plain` and binds it to `context`, without which it cannot be decrypted.
  std::string wrap(ByteView plain, std::string_view context) const;

  /// Decrypts. Errors: internal when key or context differ or `wrapped` was changed.
  Result<SecretBytes> unwrap(std::string_view wrapped, std::string_view context) const;

 private:
  SecretBytes key_;
};

}  // namespace ptkl::crypto
