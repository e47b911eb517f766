// The ports that hash secrets and invitation tokens with keys from outside the database, and the passwords of users.
#pragma once

#include <string>

#include "base/encoding.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "core/invitation.h"
#include "core/secret.h"

namespace ptkl {

/// HMAC-SHA-256 (RFC 2104) under keys derived from the master key, one per kind. Thread-safe.
class SecretHasher {
 public:
  virtual ~SecretHasher() = default;
  virtual Digest hash(const Secret& secret) = 0;
  virtual Digest hash(const InvitationToken& token) = 0;
  /// Compares in constant time.
  virtual bool equal(const Digest& left, const Digest& right) = 0;
};

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
