#include "crypto/audit_checkpoint.h"

#include <utility>

#include <fmt/core.h>
#include <sodium.h>

#include "base/encoding.h"
#include "core/audit/canonical_json.h"
#include "crypto/jws.h"
#include "crypto/public_jwk.h"
#include "wire/object_reader.h"

namespace ptkl::crypto {
namespace {

tl::unexpected<Error> invalid_checkpoint() {
  return failure(ErrorCode::unauthenticated, "not a checkpoint of an audit log signed by this key");
}

/// True for the header of a checkpoint. Any other member could change how the JWS has to be read.
bool is_header(std::string_view segment, std::string_view kid) {
  const auto bytes = from_base64url(segment);
  if (!bytes) return false;
  wire::ObjectReader header(as_text(*bytes));
  const bool fits = header.text("alg") == "EdDSA" && header.text("typ") == kAuditCheckpointType &&
                    header.text("kid") == kid;
  return header.finish() && fits;
}

Result<AuditCheckpoint> parse_checkpoint_claims(std::string_view segment) {
  const auto bytes = from_base64url(segment);
  if (!bytes) return invalid_checkpoint();
  wire::ObjectReader claims(as_text(*bytes));
  AuditCheckpoint checkpoint;
  checkpoint.issuer = claims.text("iss").value_or("");
  checkpoint.first = claims.integer("first").value_or(0);
  checkpoint.first_previous_hash = claims.text("first_previous_hash").value_or("");
  checkpoint.number = claims.integer("number").value_or(0);
  checkpoint.hash = claims.text("hash").value_or("");
  checkpoint.issued_at = claims.integer("iat").value_or(0);
  if (!claims.finish() || checkpoint.first < 1 || checkpoint.number < checkpoint.first)
    return invalid_checkpoint();
  return checkpoint;
}

bool is_signed(const JwsSegments& segments, const Ed25519Point& point) {
  const auto signature = from_base64url(segments.signature);
  if (!signature || signature->size() != crypto_sign_ed25519_BYTES) return false;
  const ByteView input = as_bytes(segments.signing_input);
  return crypto_sign_ed25519_verify_detached(signature->data(), input.data(), input.size(),
                                             point.x.data()) == 0;
}

}  // namespace

std::string audit_hash(std::string_view text) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), as_bytes(text).data(), text.size());
  return to_base64url(digest);
}

std::string to_claims(const AuditCheckpoint& checkpoint) {
  CanonicalObject claims;
  claims.add_integer("first", checkpoint.first);
  claims.add_text_or_null("first_previous_hash", checkpoint.first_previous_hash);
  claims.add_text("hash", checkpoint.hash);
  claims.add_integer("iat", checkpoint.issued_at);
  claims.add_text("iss", checkpoint.issuer);
  claims.add_integer("number", checkpoint.number);
  return std::move(claims).finish();
}

Result<AuditCheckpoint> verify_audit_checkpoint(std::string_view jws, std::string_view public_jwk) {
  const auto point = parse_ed25519_jwk(public_jwk);
  if (!point) return failed(point);
  const auto segments = split_jws(jws);
  if (!segments || !is_header(segments->header, thumbprint(*point))) return invalid_checkpoint();
  if (!is_signed(*segments, *point)) return invalid_checkpoint();
  return parse_checkpoint_claims(segments->payload);
}

}  // namespace ptkl::crypto
