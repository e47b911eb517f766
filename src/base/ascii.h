// ASCII text: what protocols compare without case is ASCII, whatever the locale.
#pragma once

#include <string_view>

namespace ptkl {

/// `a` of `A`; every other character as it is. Not std::tolower, which asks the locale.
constexpr char to_ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `text` without the `blanks` at both of its ends.
constexpr std::string_view trim(std::string_view text, std::string_view blanks = " \t") {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace ptkl
