// The port that hashes audit events and signs checkpoints.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "core/audit/checkpoint.h"

namespace ptkl {

/// Hashes events, and signs checkpoints under one key per project. That key is derived from the master
/// key, so it stays the same when the keys that sign tokens are rotated. Thread-safe.
class AuditSigner {
 public:
  virtual ~AuditSigner() = default;
  /// Returns base64url of the SHA-256 of `text`.
  virtual std::string hash(std::string_view text) = 0;
  /// Returns the compact JWS with `alg` EdDSA and `typ` `audit-head+jwt`. The same payload always gives
  /// the same JWS.
  virtual Result<std::string> sign(const Uuid& project, const AuditCheckpoint& checkpoint) = 0;
  /// Returns the key that verifies the project's checkpoints, as JWK (RFC 7517).
  virtual std::string public_jwk(const Uuid& project) = 0;
};

}  // namespace ptkl
