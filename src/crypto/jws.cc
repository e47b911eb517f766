#include "crypto/jws.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/encoding.h"
#include "wire/json.h"

namespace ptkl::crypto {
namespace {

tl::unexpected<Error> no_token() {
  return failure(ErrorCode::unauthenticated, "not an access token of this server");
}

/// `application/` may be left out (RFC 7515 §4.1.9), and media types are compared without case.
bool is_access_token_type(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(), to_ascii_lower);
  return type == "at+jwt" || type == "application/at+jwt";
}

bool is_thumbprint(std::string_view kid) {
  const auto bytes = from_base64url(kid);
  return bytes && bytes->size() == sizeof(Digest);
}

std::string encode(const JwsHeader& header, std::string_view type) {
  return to_base64url(as_bytes(
      fmt::format(R"({{"alg":"{}","typ":"{}","kid":"{}"}})", header.algorithm, type, header.kid)));
}

std::string text_member(const boost::json::object& object, std::string_view key) {
  return std::string(wire::find_text(object, key).value_or(""));
}

}  // namespace

Result<JwsSegments> split_jws(std::string_view token) {
  if (token.size() > kMaxTokenSize) return no_token();
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return no_token();
  const JwsSegments segments{token.substr(0, first), token.substr(first + 1, second - first - 1),
                             token.substr(second + 1), token.substr(0, second)};
  if (segments.header.empty() || segments.payload.empty() || segments.signature.empty()) {
    return no_token();
  }
  return segments;
}

std::string encode_header(const JwsHeader& header) { return encode(header, "at+jwt"); }

std::string encode_status_list_header(const JwsHeader& header) {
  return encode(header, "statuslist+jwt");
}

Result<JwsHeader> decode_header(std::string_view segment) {
  const auto bytes = from_base64url(segment);
  if (!bytes) return no_token();
  const auto value = wire::parse_json(as_text(*bytes));
  const auto* object = value ? value->if_object() : nullptr;
  // The signer writes three members. Any other one (`crit`, `jwk`, `jku`, `b64`, …) could only change which
  // key is trusted or how the text is read.
  constexpr std::size_t kMembers = 3;
  if (object == nullptr || object->size() != kMembers) return no_token();
  JwsHeader header{text_member(*object, "alg"), text_member(*object, "kid")};
  if (!is_access_token_type(text_member(*object, "typ")) || !is_thumbprint(header.kid)) {
    return no_token();
  }
  return header;
}

}  // namespace ptkl::crypto
