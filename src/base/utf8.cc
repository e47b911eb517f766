#include "base/utf8.h"

namespace ptkl {
namespace {

/// The byte at that position, or 0 after the end.
unsigned byte_at(std::string_view text, std::size_t place) {
  return place < text.size() ? static_cast<unsigned char>(text[place]) : 0U;
}

/// False when the second byte is not allowed after the first one (RFC 3629 §4).
bool is_forbidden(unsigned lead, unsigned second) {
  const bool too_long = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond_unicode = lead == 0xF4 && second >= 0x90;
  return too_long || surrogate || beyond_unicode;
}

}  // namespace

std::size_t utf8_size(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
  if (lead < 0xC2 || lead > 0xF4 || is_forbidden(lead, byte_at(text, 1))) return 0;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

std::optional<unsigned> utf8_control(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x20 || lead == 0x7F) return lead;
  const unsigned second = byte_at(text, 1);
  if (lead == 0xC2 && second >= 0x80 && second < 0xA0) return second;
  return std::nullopt;
}

}  // namespace ptkl
