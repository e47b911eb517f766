// Hashes of audit events and signatures of heads (core/audit_head.h), as whoever checks a log needs
// them: no key is secret here.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/audit/checkpoint.h"

namespace ptkl::crypto {

/// base64url of SHA-256.
std::string audit_hash(std::string_view text);

/// The payload that is signed, and how it is read back.
std::string to_claims(const AuditCheckpoint& head);

/// The head that `jws` holds, when it was signed with the key that `public_jwk` shows. Fails with
/// invalid_argument when the JWK is none of an Ed25519 key, with unauthenticated when the signature
/// is not valid, or the JWS no head.
Result<AuditCheckpoint> verify_audit_head(std::string_view jws, std::string_view public_jwk);

/// The `typ` of a head's header: it keeps a head from being taken for a token.
inline constexpr std::string_view kAuditHeadType = "audit-head+jwt";

}  // namespace ptkl::crypto
