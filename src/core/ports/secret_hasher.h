// The port that hashes secrets and invitation tokens with keys that are not stored in the database.
#pragma once

#include "base/encoding.h"
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

}  // namespace ptkl
