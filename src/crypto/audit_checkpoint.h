// Hashes of audit events and signatures of checkpoints (core/audit/checkpoint.h), as the verification of a
// log needs them, without secret keys.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/audit/checkpoint.h"

namespace ptkl::crypto {

/// base64url of SHA-256.
std::string audit_hash(std::string_view text);

/// The payload that is signed, as JSON.
std::string to_claims(const AuditCheckpoint& checkpoint);

/// The checkpoint in `jws`, signed with the key of `public_jwk`. Errors: invalid_argument when the JWK is
/// not an Ed25519 key; unauthenticated when the signature is invalid or the JWS is not a checkpoint.
Result<AuditCheckpoint> verify_audit_checkpoint(std::string_view jws, std::string_view public_jwk);

/// The `typ` in the header of a checkpoint, by which it is not accepted as a token.
inline constexpr std::string_view kAuditCheckpointType = "audit-head+jwt";

}  // namespace ptkl::crypto
