// Encodings of bytes as text: base64url, base64, base62, percent-encoding; and CRC-32.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ptkl {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Encodes by RFC 4648 §5 without padding, as JOSE does (RFC 7515 §2).
std::string to_base64url(ByteView bytes);

/// Decodes strictly: refuses padding, other characters and unused bits that are set, so that a byte
/// sequence has exactly one text. Errors: invalid_argument.
Result<Bytes> from_base64url(std::string_view text);

/// RFC 4648 §4 with padding, as HTTP Basic uses it (RFC 7617). Decodes as strictly.
std::string to_base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);

/// The value of one hex digit, or -1.
int hex_value(char c);

/// The digits of base 62: 0-9, A-Z, a-z.
inline constexpr std::string_view kBase62Digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The big-endian number in `bytes` in base 62, padded with '0' on the left to `width` digits.
/// Requires: the number fits.
std::string to_base62(ByteView bytes, std::size_t width);

bool is_base62(std::string_view text);

/// The CRC-32 of zlib and IEEE 802.3.
std::uint32_t crc32(std::string_view text);

/// Encodes one name or value as application/x-www-form-urlencoded: `+` for a space, everything but
/// letters, digits and `*-._` percent-encoded.
std::string form_encode(std::string_view text);

/// Errors: invalid_argument for a broken percent escape.
Result<std::string> form_decode(std::string_view text);

/// Percent-encodes one segment of a URL's path (RFC 3986 §2.1) except for unreserved characters.
std::string percent_encode(std::string_view text);
/// As form_decode(), but `+` is not a space.
Result<std::string> percent_decode(std::string_view text);

/// The 32 bytes of SHA-256 or HMAC-SHA-256.
using Digest = std::array<std::uint8_t, 32>;

}  // namespace ptkl
