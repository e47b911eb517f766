// The port that hashes secrets under a key that is not in the database.
#pragma once

#include "base/encoding.h"
#include "core/secret.h"

namespace ptkl {

/// HMAC-SHA-256 (RFC 2104) under a key derived from the master key. May be called from any thread.
class SecretHasher {
 public:
  virtual ~SecretHasher() = default;
  virtual Digest hash(const Secret& secret) = 0;
  /// Compares in constant time.
  virtual bool equal(const Digest& left, const Digest& right) = 0;
};

}  // namespace ptkl
