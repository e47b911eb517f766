// The master key, and the keys that are derived from it (HKDF-SHA-256, RFC 5869).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"
#include "crypto/secret_bytes.h"

namespace ptkl::crypto {

/// 256 random bits that are not in the database. Wiped when destroyed.
class MasterKey {
 public:
  /// A new random key.
  static MasterKey make();
  /// Reads base64url, with surrounding white space allowed. Errors: invalid_argument.
  static Result<MasterKey> parse(std::string_view text);

  SecretString text() const;
  /// An independent 256-bit key for each purpose, such as "secret hash v1".
  SecretBytes derive(std::string_view purpose) const;

 private:
  explicit MasterKey(SecretBytes bytes) : bytes_(std::move(bytes)) {}
  SecretBytes bytes_;
};

}  // namespace ptkl::crypto
