// Public P-256 keys as JWK (RFC 7517, RFC 7518 §6.2.1).
#pragma once

#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/result.h"

namespace ptkl::crypto {

/// A point on the curve by its coordinates, big-endian. That it lies on the curve is not checked
/// here.
struct P256Point {
  Digest x{};
  Digest y{};
};

/// The JWK thumbprint (RFC 7638) with SHA-256, base64url.
std::string thumbprint(const P256Point& point);

/// `{kty, crv, x, y, kid, use, alg}` for ES256; `kid` is the thumbprint.
std::string to_public_jwk(const P256Point& point);

/// Other members are passed over (RFC 7517 §4). Fails with invalid_argument.
Result<P256Point> parse_p256_jwk(std::string_view json);

}  // namespace ptkl::crypto
