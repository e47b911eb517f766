// The port that hashes people's passwords.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl {

/// Argon2id (RFC 9106) with at least 64 MiB. May be called from any thread, but not from an I/O
/// thread: one call takes about 80 ms and its memory.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  /// The encoded form, salt and parameters included: `$argon2id$v=19$m=…`. `unavailable` when there
  /// is not enough memory.
  virtual Result<std::string> hash(const SecretString& password) = 0;
  /// True when `password` is the one. An `encoded` text that is empty stands for nobody: it costs
  /// the same, and the answer is false. `unavailable` when there is not enough memory.
  virtual Result<bool> verify(const SecretString& password, const std::string& encoded) = 0;
  /// True when hash() costs more today than it did for `encoded`.
  virtual bool is_outdated(const std::string& encoded) = 0;
};

}  // namespace ptkl
