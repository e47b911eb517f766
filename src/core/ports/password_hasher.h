// The port that hashes the passwords of users.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl {

/// Argon2id (RFC 9106) with at least 64 MiB. Thread-safe. A call takes about 80 ms and that memory: not
/// for an I/O thread.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  /// The encoded form, salt and parameters included: `$argon2id$v=19$m=…`.
  /// Errors: unavailable if memory is short.
  virtual Result<std::string> hash(const SecretString& password) = 0;
  /// Whether `password` matches. An empty `encoded` matches no password, after the same work.
  /// Errors: unavailable if memory is short.
  virtual Result<bool> verify(const SecretString& password, const std::string& encoded) = 0;
  /// Whether `encoded` has weaker parameters than those of hash().
  virtual bool is_outdated(const std::string& encoded) = 0;
};

}  // namespace ptkl
