// The character classes of usernames, role names, permissions and other names.
#pragma once

#include <string_view>

namespace ptkl {

inline bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
inline bool is_letter_or_digit(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

/// True when `text` has 1 to `max_size` characters, the first passes `first`, and each later one
/// passes `first` or is one of `also_later`.
template <class Predicate>
bool is_name(std::string_view text, std::size_t max_size, Predicate first,
             std::string_view also_later) {
  if (text.empty() || text.size() > max_size || !first(text.front())) return false;
  for (const char c : text) {
    if (!first(c) && also_later.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace ptkl
