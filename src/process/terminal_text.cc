#include "process/terminal_text.h"

#include <cstdint>

#include <fmt/format.h>

namespace ptkl::process {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 1;  ///< bytes
};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The one at the front of `text`. A byte that starts none stands for itself.
CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
  if (size == 1 || size > text.size()) return {lead, 1};
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i])) return {lead, 1};
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {value, size};
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0x2028 ||
         c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string printable(std::string_view utf8) {
  std::string text;
  while (!utf8.empty()) {
    const CodePoint c = first_code_point(utf8);
    // A stray byte of 0xA0 and above is no UTF-8: shown by its number as well.
    if (is_control(c.value) || (c.size == 1 && c.value >= 0x80)) {
      text += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.value));
    } else {
      text += utf8.substr(0, c.size);
    }
    utf8.remove_prefix(c.size);
  }
  return text;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (const char c : utf8) {
    if (!is_continuation(c)) ++width;
  }
  return width;
}

std::string shorten(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string(utf8);
  std::string text;
  for (std::size_t used = 0; used + 1 < columns; ++used) {
    const std::size_t size = first_code_point(utf8).size;
    text += utf8.substr(0, size);
    utf8.remove_prefix(size);
  }
  return text + "…";
}

}  // namespace ptkl::process
