// Public keys as JWK (RFC 7517): P-256 (RFC 7518 §6.2.1), RSA (RFC 7518 §6.3.1) and Ed25519 (RFC 8037
// §2).
//
// Each thumbprint() is the one of RFC 7638 with SHA-256, base64url. Each to_public_jwk() has the
// members that a verifier needs, with the thumbprint for `kid`, and `use` and `alg`. Each parse_…
// ignores other members (RFC 7517 §4). Errors: invalid_argument.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/result.h"

namespace ptkl::crypto {

/// The big-endian coordinates of a point. Not checked to lie on the curve.
struct P256Point {
  Digest x{};
  Digest y{};
};

std::string thumbprint(const P256Point& point);
std::string to_public_jwk(const P256Point& point);
Result<P256Point> parse_p256_jwk(std::string_view json);

/// A point as RFC 8032 §5.1.2 encodes it. Not checked to lie on the curve.
struct Ed25519Point {
  Digest x{};
};

std::string thumbprint(const Ed25519Point& point);
std::string to_public_jwk(const Ed25519Point& point);
Result<Ed25519Point> parse_ed25519_jwk(std::string_view json);

/// The big-endian modulus of exactly 2048 bits. The exponent is always 65537.
struct RsaModulus {
  std::array<std::uint8_t, 256> n{};
};

std::string thumbprint(const RsaModulus& modulus);
std::string to_public_jwk(const RsaModulus& modulus);
Result<RsaModulus> parse_rsa_jwk(std::string_view json);

}  // namespace ptkl::crypto
