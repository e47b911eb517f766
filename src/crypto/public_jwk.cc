#include "crypto/public_jwk.h"

#include <algorithm>
#include <span>

#include <fmt/core.h>
#include <sodium.h>

#include "wire/json.h"

namespace ptkl::crypto {
namespace {

constexpr std::string_view kRsaExponent = "AQAB";  // 65537

bool says(const boost::json::object& jwk, std::string_view name, std::string_view expected) {
  return wire::find_text(jwk, name) == expected;
}

/// False unless the member has exactly that many bytes.
bool read_bytes(const boost::json::object& jwk, std::string_view name, std::span<std::uint8_t> to) {
  const auto bytes = from_base64url(wire::find_text(jwk, name).value_or(""));
  if (!bytes || bytes->size() != to.size()) return false;
  std::copy(bytes->begin(), bytes->end(), to.begin());
  return true;
}

/// The result of `read` (object → bool) for the JWK.
template <class Key, class Read>
Result<Key> parse_jwk(std::string_view json, Read read) {
  const auto value = wire::parse_json(json);
  const auto* jwk = value ? value->if_object() : nullptr;
  Key key;
  if (jwk == nullptr || !read(*jwk, key)) {
    return failure(ErrorCode::invalid_argument, "not a public key of the expected kind as JWK");
  }
  return key;
}

/// The thumbprint of the members that RFC 7638 §3.2 requires, sorted by name, without white space.
std::string hash(const std::string& members) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), as_bytes(members).data(), members.size());
  return to_base64url(digest);
}

}  // namespace

std::string thumbprint(const P256Point& point) {
  return hash(fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                          to_base64url(point.x), to_base64url(point.y)));
}

std::string to_public_jwk(const P256Point& point) {
  return fmt::format(
      R"({{"kty":"EC","crv":"P-256","x":"{}","y":"{}","kid":"{}","use":"sig","alg":"ES256"}})",
      to_base64url(point.x), to_base64url(point.y), thumbprint(point));
}

Result<P256Point> parse_p256_jwk(std::string_view json) {
  return parse_jwk<P256Point>(json, [](const boost::json::object& jwk, P256Point& point) {
    return says(jwk, "kty", "EC") && says(jwk, "crv", "P-256") && read_bytes(jwk, "x", point.x) &&
           read_bytes(jwk, "y", point.y);
  });
}

std::string thumbprint(const Ed25519Point& point) {
  return hash(fmt::format(R"({{"crv":"Ed25519","kty":"OKP","x":"{}"}})", to_base64url(point.x)));
}

std::string to_public_jwk(const Ed25519Point& point) {
  return fmt::format(
      R"({{"kty":"OKP","crv":"Ed25519","x":"{}","kid":"{}","use":"sig","alg":"EdDSA"}})",
      to_base64url(point.x), thumbprint(point));
}

Result<Ed25519Point> parse_ed25519_jwk(std::string_view json) {
  return parse_jwk<Ed25519Point>(json, [](const boost::json::object& jwk, Ed25519Point& point) {
    return says(jwk, "kty", "OKP") && says(jwk, "crv", "Ed25519") && read_bytes(jwk, "x", point.x);
  });
}

std::string thumbprint(const RsaModulus& modulus) {
  return hash(
      fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})", kRsaExponent, to_base64url(modulus.n)));
}

std::string to_public_jwk(const RsaModulus& modulus) {
  return fmt::format(R"({{"kty":"RSA","n":"{}","e":"{}","kid":"{}","use":"sig","alg":"RS256"}})",
                     to_base64url(modulus.n), kRsaExponent, thumbprint(modulus));
}

Result<RsaModulus> parse_rsa_jwk(std::string_view json) {
  return parse_jwk<RsaModulus>(json, [](const boost::json::object& jwk, RsaModulus& modulus) {
    return says(jwk, "kty", "RSA") && says(jwk, "e", kRsaExponent) &&
           read_bytes(jwk, "n", modulus.n) && modulus.n.front() >= 0x80;
  });
}

}  // namespace ptkl::crypto
