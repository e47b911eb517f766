// The compact form of a JWS (RFC 7515 §7.1) and its protected header.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::crypto {

/// Longer tokens are refused immediately.
inline constexpr std::size_t kMaxTokenSize = 8192;

/// The three segments, still encoded.
struct JwsSegments {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signing_input;  ///< header, dot and payload
};

/// Splits a token. Errors: unauthenticated unless it has exactly three segments that are not empty.
Result<JwsSegments> split_jws(std::string_view token);

struct JwsHeader {
  std::string algorithm;
  std::string kid;
};

/// The header of an access token, base64url-encoded.
std::string encode_header(const JwsHeader& header);
/// The header of a status list token (draft-ietf-oauth-status-list-16 §5.1).
std::string encode_status_list_header(const JwsHeader& header);

/// Reads an encoded header. Errors: unauthenticated unless `typ` is that of an access token (RFC 9068 §4),
/// `kid` has the form of a thumbprint, and `alg` is the only other member.
Result<JwsHeader> decode_header(std::string_view segment);

}  // namespace ptkl::crypto
