#include "base/json_string.h"

#include <algorithm>

namespace ptkl {
namespace {

bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

/// The letter of the short escape; 0 where there is none.
char short_escape_of(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

void append_escape(char c, std::string& text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  text += '\\';
  if (const char letter = short_escape_of(c)) {
    text += letter;
    return;
  }
  const auto code = static_cast<unsigned char>(c);
  text += "u00";
  text += kHexDigits[code >> 4];
  text += kHexDigits[code & 15];
}

}  // namespace

void append_json_string(std::string_view value, std::string& text) {
  text += '"';
  while (!value.empty()) {
    const auto* const escaped = std::find_if(value.begin(), value.end(), needs_escape);
    text.append(value.begin(), escaped);
    if (escaped == value.end()) break;
    append_escape(*escaped, text);
    value.remove_prefix(static_cast<std::size_t>(escaped - value.begin()) + 1);
  }
  text += '"';
}

}  // namespace ptkl
