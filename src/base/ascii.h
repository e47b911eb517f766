// Letters of ASCII: what protocols compare without case is ASCII, whatever the locale.
#pragma once

namespace ptkl {

/// `a` of `A`; every other character as it is. Not std::tolower, which asks the locale.
constexpr char to_ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace ptkl
