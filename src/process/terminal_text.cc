#include "process/terminal_text.h"

#include <cstdint>

#include <fmt/format.h>
#include <utf8proc.h>

namespace ptkl::process {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 1;  ///< bytes
};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The code point at the front of `text`. A byte that starts none stands for itself.
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

std::size_t width_of(const CodePoint& c) {
  return static_cast<std::size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(c.value)));
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
  while (!utf8.empty()) {
    const CodePoint c = first_code_point(utf8);
    width += width_of(c);
    utf8.remove_prefix(c.size);
  }
  return width;
}

std::string shorten(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string(utf8);
  std::size_t kept = 0;
  std::size_t used = 0;
  while (kept < utf8.size()) {
    const CodePoint c = first_code_point(utf8.substr(kept));
    used += width_of(c);
    // One column is for the mark of what was cut.
    if (used + 1 > columns) break;
    kept += c.size;
  }
  return std::string(utf8.substr(0, kept)) + "…";
}

}  // namespace ptkl::process
