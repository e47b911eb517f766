// Integers as text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace ptkl {

/// The number that the whole of `text` is in decimal digits, `-` in front where Integer is signed.
/// Nothing for an empty text, a `+`, white space, or a number that does not fit. Accepts leading
/// zeros.
template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
  Integer number{};
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

}  // namespace ptkl
