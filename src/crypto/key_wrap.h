// Keys encrypted at rest, with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) under one derived key.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

/// May be used from any thread.
class KeyWrap {
 public:
  /// `key` has 32 bytes.
  explicit KeyWrap(SecretBytes key);

  /// A text that holds `plain` encrypted and is bound to `context`: only the same context opens it.
  std::string wrap(ByteView plain, std::string_view context) const;

  /// Fails with internal when key or context is another, or a single bit of `wrapped` was changed.
  Result<SecretBytes> unwrap(std::string_view wrapped, std::string_view context) const;

 private:
  SecretBytes key_;
};

}  // namespace ptkl::crypto
