#include "crypto/public_jwk.h"

#include <algorithm>

#include <fmt/core.h>
#include <sodium.h>

#include "wire/json.h"

namespace ptkl::crypto {
namespace {

bool read_coordinate(const boost::json::object& jwk, std::string_view name, Digest& coordinate) {
  const auto* member = jwk.if_contains(name);
  const auto* text = member != nullptr ? member->if_string() : nullptr;
  const auto bytes = from_base64url(text != nullptr ? std::string_view(*text) : "");
  if (!bytes || bytes->size() != coordinate.size()) return false;
  std::copy(bytes->begin(), bytes->end(), coordinate.begin());
  return true;
}

bool says(const boost::json::object& jwk, std::string_view name, std::string_view wanted) {
  const auto* member = jwk.if_contains(name);
  return member != nullptr && member->is_string() && member->get_string() == wanted;
}

}  // namespace

std::string thumbprint(const P256Point& point) {
  // Exactly these members, in this order, without white space (RFC 7638 §3).
  const std::string text = fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                                       to_base64url(point.x), to_base64url(point.y));
  Digest digest{};
  crypto_hash_sha256(digest.data(), as_bytes(text).data(), text.size());
  return to_base64url(digest);
}

std::string to_public_jwk(const P256Point& point) {
  return fmt::format(
      R"({{"kty":"EC","crv":"P-256","x":"{}","y":"{}","kid":"{}","use":"sig","alg":"ES256"}})",
      to_base64url(point.x), to_base64url(point.y), thumbprint(point));
}

Result<P256Point> parse_p256_jwk(std::string_view json) {
  const auto value = wire::parse_json(json);
  const auto* jwk = value ? value->if_object() : nullptr;
  P256Point point;
  if (jwk == nullptr || !says(*jwk, "kty", "EC") || !says(*jwk, "crv", "P-256") ||
      !read_coordinate(*jwk, "x", point.x) || !read_coordinate(*jwk, "y", point.y)) {
    return failure(ErrorCode::invalid_argument, "not a public P-256 key as JWK");
  }
  return point;
}

}  // namespace ptkl::crypto
