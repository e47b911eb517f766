// A signed statement on where a project's audit log ended at a time: with it, what was cut off or
// rewritten since is noticed by whoever holds it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "base/uuid.h"

namespace ptkl {

/// The payload of a head, a compact JWS (RFC 7515 §7.1).
struct AuditCheckpoint {
  std::string issuer;               ///< the project's
  std::int64_t first = 1;           ///< the number of the first event that was kept
  std::string first_previous_hash;  ///< its `previous_hash`; empty when it is the very first one
  std::int64_t number = 0;          ///< of the last event
  std::string hash;                 ///< its `hash`
  std::int64_t issued_at = 0;       ///< seconds since 1970
};

/// As stored and shown.
struct SignedAuditCheckpoint {
  AuditCheckpoint head;
  std::string jws;
};

/// Hashes events, and signs heads under a key of each project's own, derived from the master key: it
/// stays the same as long as that, whatever becomes of the keys that sign tokens. Any thread.
class AuditSigner {
 public:
  virtual ~AuditSigner() = default;
  /// base64url of the SHA-256 of `text`.
  virtual std::string hash(std::string_view text) = 0;
  /// The compact JWS with `alg` EdDSA and `typ` `audit-head+jwt`.
  virtual Result<std::string> sign(const Uuid& project, const AuditCheckpoint& head) = 0;
  /// What verifies heads of that project, as JWK (RFC 7517).
  virtual std::string public_jwk(const Uuid& project) = 0;
};

}  // namespace ptkl
